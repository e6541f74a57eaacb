import { COURT } from "../rules/court.ts";
import { type Placement, toCanvas } from "./geometry.ts";
import { EDGE, GROUND, LINES, LIT } from "./palette.ts";

/** Where the floodlights shine, as shares of the court, and how far, in units. */
const FLOODLIGHTS = [
  [0.2, 0.12, 130],
  [0.8, 0.12, 130],
  [0.2, 0.88, 130],
  [0.8, 0.88, 130],
] as const;

const { width: W, height: H } = COURT;
const CREASE = 44;

function light(paint: CanvasRenderingContext2D, placement: Placement): void {
  paint.setTransform(1, 0, 0, 1, 0, 0);
  const { canvas } = paint;
  paint.fillStyle = EDGE;
  paint.fillRect(0, 0, canvas.width, canvas.height);
  paint.setTransform(...placement.matrix);
  paint.fillStyle = GROUND;
  paint.fillRect(0, 0, W, H);
  paint.globalCompositeOperation = "lighter";
  for (const [x, y, radius] of FLOODLIGHTS) {
    const glow = paint.createRadialGradient(x * W, y * H, 0, x * W, y * H, radius);
    glow.addColorStop(0, `${LIT}9c`);
    glow.addColorStop(1, `${LIT}00`);
    paint.fillStyle = glow;
    paint.fillRect(x * W - radius, y * H - radius, 2 * radius, 2 * radius);
  }
  paint.globalCompositeOperation = "source-over";
}

/** The coarse surface of a hard court: specks, always the same ones. */
function grain(paint: CanvasRenderingContext2D): void {
  let seed = 7;
  const random = () => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  for (let i = 0; i < 1_600; i++) {
    paint.fillStyle = i % 2 === 0 ? "#ffffff08" : "#00000030";
    const size = 0.3 + random() * 0.6;
    paint.fillRect(random() * W, random() * H, size, size);
  }
}

function lines(paint: CanvasRenderingContext2D): void {
  paint.strokeStyle = LINES;
  paint.lineWidth = 1.2;
  paint.strokeRect(0, 0, W, H);
  paint.beginPath();
  paint.arc(W / 2, H / 2, 30, 0, 2 * Math.PI);
  paint.stroke();
  for (const side of [0, 1]) {
    paint.beginPath();
    paint.arc(
      side * W,
      H / 2,
      CREASE,
      side === 0 ? -Math.PI / 2 : Math.PI / 2,
      side === 0 ? Math.PI / 2 : 1.5 * Math.PI,
    );
    paint.stroke();
  }
  paint.setLineDash([5, 4.2]);
  paint.beginPath();
  paint.moveTo(W / 2, 2);
  paint.lineTo(W / 2, H - 2);
  paint.stroke();
  paint.setLineDash([]);
  paint.fillStyle = LINES;
  paint.beginPath();
  paint.arc(W / 2, H / 2, 2.2, 0, 2 * Math.PI);
  paint.fill();
}

/** In doubles: the line between the halves that the partners guard. */
function halves(paint: CanvasRenderingContext2D): void {
  paint.setLineDash([2, 3]);
  paint.beginPath();
  for (const [from, to] of [
    [0, CREASE],
    [W - CREASE, W],
  ] as const) {
    paint.moveTo(from, H / 2);
    paint.lineTo(to, H / 2);
  }
  paint.stroke();
  paint.setLineDash([]);
}

/** Light falls off towards the corners of the screen. */
function vignette(paint: CanvasRenderingContext2D, placement: Placement): void {
  const [x, y] = toCanvas(placement, W / 2, H / 2);
  paint.setTransform(1, 0, 0, 1, 0, 0);
  const { width, height } = paint.canvas;
  const shade = paint.createRadialGradient(
    x,
    y,
    Math.min(width, height) * 0.35,
    x,
    y,
    Math.hypot(width, height) * 0.56,
  );
  shade.addColorStop(0, "#00000000");
  shade.addColorStop(1, "#00000073");
  paint.fillStyle = shade;
  paint.fillRect(0, 0, width, height);
}

/** Paints what does not move. Done once for each size of the canvas. */
export function paintGround(paint: CanvasRenderingContext2D, placement: Placement, isDoubles: boolean): void {
  light(paint, placement);
  grain(paint);
  lines(paint);
  if (isDoubles) halves(paint);
  vignette(paint, placement);
}
