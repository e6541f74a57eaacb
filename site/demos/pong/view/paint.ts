import { BALL_RADIUS, COURT, FACE, paddleHalf, type Seat, sideOf, type TeamSize, THICKNESS } from "../rules/court.ts";
import { FULL } from "../rules/match.ts";
import type { Effects } from "./effects.ts";
import { type Cap, CHALK } from "./palette.ts";
import type { PaddleScene } from "./scene.ts";

type Paint = CanvasRenderingContext2D;

/** Middle of a paddle, from its face. */
export const paddleX = (seat: Seat): number =>
  sideOf(seat) === 0 ? FACE - THICKNESS / 2 : COURT.width - FACE + THICKNESS / 2;

/** The outline of a paddle that stands upright around the origin, with its ends in the shape of its livery. */
function outline(paint: Paint, half: number, cap: Cap): void {
  const w = THICKNESS / 2;
  paint.beginPath();
  if (cap === "round") {
    paint.roundRect(-w, -half, 2 * w, 2 * half, w);
    return;
  }
  const ends: Record<Exclude<Cap, "round">, readonly (readonly [number, number])[]> = {
    square: [
      [-w, -half],
      [w, -half],
    ],
    pointed: [
      [-w, -half + w],
      [0, -half - 0.6],
      [w, -half + w],
    ],
    notched: [
      [-w, -half],
      [-w * 0.3, -half],
      [0, -half + w],
      [w * 0.3, -half],
      [w, -half],
    ],
  };
  const end = ends[cap];
  for (const [x, y] of end) paint.lineTo(x, y);
  for (const [x, y] of end.toReversed()) paint.lineTo(x, -y);
  paint.closePath();
}

function cells(paint: Paint, half: number, energy: number, isArmed: boolean): void {
  const height = (half * 2 * 0.56) / FULL;
  for (let i = 0; i < FULL; i++) {
    const y = (i - (FULL - 1) / 2) * height;
    paint.fillStyle = i < energy ? (isArmed ? "#ffffff" : "#0b1020") : "#0b102040";
    paint.fillRect(-0.9, y - height / 2 + 0.7, 1.8, height - 1.4);
  }
}

export function paintPaddle(paint: Paint, paddle: PaddleScene, teams: TeamSize, effects: Effects, now: number): void {
  const { seat, livery, energy, isArmed, isMine, isAway } = paddle;
  const half = paddleHalf(teams);
  const back = (effects.kicks[seat]?.value ?? 0) * (sideOf(seat) === 0 ? -1 : 1);
  const flash = effects.flashes[seat]?.value ?? 0;
  const isReady = energy >= FULL;
  paint.save();
  paint.translate(paddleX(seat) + back, paddle.y);
  if (!isAway) {
    const pulse = isReady ? 0.75 + 0.25 * Math.sin(now / 130) : 1;
    const glow = paint.createRadialGradient(0, 0, 2, 0, 0, half * (isArmed ? 2 : 1.4));
    glow.addColorStop(0, `${livery.color}${isArmed ? "b0" : isReady ? "78" : "4a"}`);
    glow.addColorStop(1, `${livery.color}00`);
    paint.globalAlpha = pulse;
    paint.fillStyle = glow;
    paint.fillRect(-half * 2, -half * 2, half * 4, half * 4);
    paint.globalAlpha = 1;
  }
  outline(paint, half, livery.cap);
  if (isAway) {
    paint.strokeStyle = livery.color;
    paint.lineWidth = 0.9;
    paint.setLineDash([2.4, 1.8]);
    paint.stroke();
    paint.setLineDash([]);
  } else {
    paint.fillStyle = livery.color;
    paint.fill();
    if (isMine) {
      paint.strokeStyle = CHALK;
      paint.lineWidth = 0.8;
      paint.stroke();
    }
    cells(paint, half, energy, isArmed);
    if (flash > 0) {
      outline(paint, half, livery.cap);
      paint.globalAlpha = flash;
      paint.fillStyle = CHALK;
      paint.fill();
    }
  }
  paint.restore();
}

export function paintTrail(paint: Paint, { trail, isBurning }: Effects, color: string, heat: number): void {
  paint.lineCap = "butt";
  paint.strokeStyle = isBurning ? color : CHALK;
  const width = BALL_RADIUS * (isBurning ? 2 : 1.3);
  for (let i = trail.length - 1; i > 0; i--) {
    const [from, to] = [trail[i], trail[i - 1]];
    if (!from || !to) continue;
    const share = 1 - i / trail.length;
    paint.globalAlpha = share * share * (isBurning ? 0.85 : 0.22 + 0.38 * heat);
    paint.lineWidth = Math.max(0.4, width * share);
    paint.beginPath();
    paint.moveTo(from.x, from.y);
    paint.lineTo(to.x, to.y);
    paint.stroke();
  }
  paint.globalAlpha = 1;
}

interface BallPaint {
  readonly x: number;
  readonly y: number;
  /** Of its seam, radians. */
  readonly turn: number;
  readonly color: string;
  readonly isBurning: boolean;
  /** 1 when it is struck, then falling to 0. */
  readonly squash: number;
}

export function paintBall(paint: Paint, { x, y, turn, color, isBurning, squash }: BallPaint): void {
  paint.save();
  paint.translate(x, y);
  const reach = BALL_RADIUS * (isBurning ? 6 : 3.4);
  const glow = paint.createRadialGradient(0, 0, 1, 0, 0, reach);
  glow.addColorStop(0, `${isBurning ? color : CHALK}${isBurning ? "90" : "60"}`);
  glow.addColorStop(1, `${isBurning ? color : CHALK}00`);
  paint.fillStyle = glow;
  paint.fillRect(-reach, -reach, 2 * reach, 2 * reach);
  paint.scale(1 - 0.25 * squash, 1 + 0.3 * squash);
  paint.fillStyle = CHALK;
  paint.beginPath();
  paint.arc(0, 0, BALL_RADIUS, 0, 2 * Math.PI);
  paint.fill();
  paint.lineWidth = 1.1;
  paint.strokeStyle = color;
  paint.stroke();
  paint.rotate(turn);
  paint.strokeStyle = "#0b1020b0";
  paint.lineWidth = 0.7;
  paint.beginPath();
  paint.arc(-BALL_RADIUS * 1.1, 0, BALL_RADIUS * 1.25, -0.75, 0.75);
  paint.stroke();
  paint.restore();
}

export function paintSparks(paint: Paint, { particles, rings }: Effects): void {
  paint.globalCompositeOperation = "lighter";
  particles.each(({ x, y, vx, vy, size, color }, share) => {
    paint.globalAlpha = share;
    paint.strokeStyle = color;
    paint.lineWidth = size * share;
    paint.beginPath();
    paint.moveTo(x, y);
    paint.lineTo(x - vx * 0.025, y - vy * 0.025);
    paint.stroke();
  });
  for (const { x, y, color, size, age } of rings) {
    paint.globalAlpha = (1 - age) ** 2;
    paint.strokeStyle = color;
    paint.lineWidth = 1.4 * (1 - age) + 0.2;
    paint.beginPath();
    paint.arc(x, y, BALL_RADIUS + size * (1 - (1 - age) ** 3), 0, 2 * Math.PI);
    paint.stroke();
  }
  paint.globalAlpha = 1;
  paint.globalCompositeOperation = "source-over";
}
