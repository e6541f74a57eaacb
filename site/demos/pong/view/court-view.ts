import type { Frame } from "../../shared/feel/loop.ts";
import { COURT, type Seat, type Side, sideOf, touchX } from "../rules/court.ts";
import { Effects } from "./effects.ts";
import { type Placement, place } from "./geometry.ts";
import { paintGround } from "./ground.ts";
import { paintBanner, paintNames, paintScore } from "./lettering.ts";
import { paintBall, paintPaddle, paintSparks, paintTrail } from "./paint.ts";
import { CHALK } from "./palette.ts";
import type { Scene } from "./scene.ts";

/** More pixels would not be seen, and cost time in every frame. */
const MOST_PIXELS = 2;

/** Draws the court on a canvas that follows the size of its element. */
export class CourtView {
  readonly effects = new Effects();
  readonly #canvas: HTMLCanvasElement;
  readonly #paint: CanvasRenderingContext2D;
  readonly #ground = document.createElement("canvas");
  #groundKey = "";
  #placement: Placement;
  #turn = 0;

  constructor(canvas: HTMLCanvasElement) {
    const paint = canvas.getContext("2d", { alpha: false });
    if (!paint) throw new Error("this browser draws no canvas");
    this.#canvas = canvas;
    this.#paint = paint;
    this.#placement = place(1, 1, undefined);
  }

  get placement(): Placement {
    return this.#placement;
  }

  draw(scene: Scene, { elapsed, now }: Frame): void {
    this.#fit(scene.side, scene.teams === 2);
    const { effects } = this;
    effects.advance(elapsed);
    const paint = this.#paint;
    paint.setTransform(1, 0, 0, 1, 0, 0);
    paint.drawImage(this.#ground, 0, 0);
    paintScore(paint, scene, this.#placement, effects);
    this.#toCourt();
    this.#goals();
    this.#baselines(scene);
    const ballColor = this.#colorOf(scene, scene.turn);
    this.#serveMark(scene, now);
    for (const paddle of scene.paddles) paintPaddle(paint, paddle, scene.teams, effects, now);
    if (scene.ball) this.#ball(scene.ball, ballColor, scene, elapsed);
    paintSparks(paint, effects);
    paintNames(paint, scene, this.#placement);
    if (scene.banner) paintBanner(paint, scene.banner, this.#placement);
  }

  #colorOf(scene: Scene, seat: Seat | undefined): string {
    return scene.paddles.find((paddle) => paddle.seat === seat)?.livery.color ?? CHALK;
  }

  #fit(side: Side | undefined, isDoubles: boolean): void {
    const ratio = Math.min(MOST_PIXELS, devicePixelRatio || 1);
    const width = Math.max(1, Math.round(this.#canvas.clientWidth * ratio));
    const height = Math.max(1, Math.round(this.#canvas.clientHeight * ratio));
    const key = `${width} ${height} ${side} ${isDoubles}`;
    if (key === this.#groundKey) return;
    this.#groundKey = key;
    // Setting the size clears a canvas, even to the same size.
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
    this.#placement = place(width, height, side);
    this.#ground.width = width;
    this.#ground.height = height;
    const ground = this.#ground.getContext("2d");
    if (ground) paintGround(ground, this.#placement, isDoubles);
  }

  #toCourt(): void {
    const [a, b, c, d, e, f] = this.#placement.matrix;
    const { x, y } = this.effects.shake;
    const ratio = Math.min(MOST_PIXELS, devicePixelRatio || 1);
    this.#paint.setTransform(a, b, c, d, e + x * ratio, f + y * ratio);
  }

  /** The line that a ball was lost over burns in the colour of the scorer. */
  #goals(): void {
    const paint = this.#paint;
    for (const side of [0, 1] as const) {
      const glow = this.effects.goals[side].value;
      if (glow <= 0) continue;
      const x = side === 0 ? 0 : COURT.width;
      const inwards = side === 0 ? 40 : -40;
      const color = this.effects.goalColors[side === 0 ? 1 : 0];
      const light = paint.createLinearGradient(x, 0, x + inwards, 0);
      light.addColorStop(0, color);
      light.addColorStop(1, `${color}00`);
      paint.globalAlpha = glow * 0.55;
      paint.fillStyle = light;
      paint.fillRect(Math.min(x, x + inwards), 0, 40, COURT.height);
      paint.globalAlpha = glow;
      paint.fillStyle = color;
      paint.fillRect(x - 1, 0, 2, COURT.height);
      paint.globalAlpha = 1;
    }
  }

  /** Each side's line has the colours of those who guard it. */
  #baselines({ paddles, teams }: Scene): void {
    const paint = this.#paint;
    const length = COURT.height / teams;
    paint.globalAlpha = 0.75;
    for (const { seat, livery } of paddles) {
      paint.fillStyle = livery.color;
      paint.fillRect(sideOf(seat) === 0 ? -1.1 : COURT.width - 0.7, seat < 2 ? 0 : length, 1.8, length);
    }
    paint.globalAlpha = 1;
  }

  /** Before a serve, a ring on the ground closes around the server. */
  #serveMark(scene: Scene, now: number): void {
    const server = scene.ball ? undefined : scene.paddles.find(({ seat }) => seat === scene.turn);
    if (!server) return;
    const paint = this.#paint;
    const x = touchX(sideOf(server.seat));
    paint.strokeStyle = server.livery.color;
    paint.globalAlpha = 0.55 + 0.35 * Math.sin(now / 180);
    paint.lineWidth = 0.8;
    paint.beginPath();
    paint.arc(x, server.y, 6.4, 0, 2 * Math.PI);
    paint.stroke();
    paint.globalAlpha = 1;
    paintBall(paint, {
      ...{ x: x, y: server.y, turn: now / 900, color: server.livery.color },
      ...{ isBurning: false, squash: 0 },
    });
  }

  #ball({ x, y, spin }: NonNullable<Scene["ball"]>, color: string, { heat }: Scene, elapsed: number): void {
    const { effects } = this;
    this.#turn += (0.6 + Math.abs(spin) * 0.16) * Math.sign(spin || 1) * (elapsed / 1000);
    effects.follow(x, y);
    paintTrail(this.#paint, effects, color, heat);
    paintBall(this.#paint, {
      ...{ x, y, turn: this.#turn, color },
      ...{ isBurning: effects.isBurning, squash: effects.squash.value },
    });
  }
}
