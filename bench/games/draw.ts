// Four people at one sheet: each draws a stroke for 1.5 s, then rests for 1.5 s. Their pages send pointers, unfinished strokes and strokes.
import { LiveSender } from "../../site/demos/draw/net/live-strokes.ts";
import { Board } from "../../site/demos/draw/rules/board.ts";
import { type Point, packPoints } from "../../site/demos/draw/rules/points.ts";
import type { BenchPlayer, GameDriver } from "./driver.ts";

const PLAYERS = 4;
const STROKE = 1_500;
const CYCLE = 3_000;
/** ms between two positions of a pointer. */
const CURSOR = 34;
const STYLE = { kind: "pen", color: 6, width: 6 } as const;

const round = (value: number): number => Math.round(value * 4) / 4;

/** A hand that draws loops. */
function pointAt(time: number, seat: number): Point {
  const angle = time / 170;
  return [seat * 300 + (time % 60_000) / 40 + Math.cos(angle) * 40, 300 + Math.sin(angle * 1.3) * 60, 0.5];
}

class Painter {
  readonly #player: BenchPlayer;
  readonly #seat: number;
  readonly #board: Board;
  readonly #live: LiveSender;
  #points: Point[] = [];
  #due = 0;

  constructor(player: BenchPlayer, seat: number, index: number) {
    this.#player = player;
    this.#seat = seat;
    this.#board = new Board(`painter-${index}-${seat}.aaaaaa`, () => {});
    this.#live = new LiveSender((live) => player.send("live", live));
  }

  step(now: number): void {
    const time = now + this.#seat * 700;
    const isDrawing = time % CYCLE < STROKE;
    const point = pointAt(time, this.#seat);
    if (isDrawing) {
      this.#points.push(point);
      this.#live.poll({ ...STYLE, board: undefined, points: this.#points }, now);
    } else if (this.#points.length > 0) this.#finish();
    // A resting hand sends nothing.
    if (!isDrawing || now < this.#due) return;
    this.#due = now + CURSOR;
    const at = [round(point[0]), round(point[1])];
    this.#player.send("cursor", { at, view: [0, 0, 1], size: [1280, 800] }, { latest: "cursor" });
  }

  #finish(): void {
    const live = this.#live.end();
    const batch = this.#board.perform({ op: "add", shape: { ...STYLE, points: packPoints(this.#points) } });
    this.#points = [];
    if (batch) this.#player.send("draw", { batch, ...(live !== undefined && { live }) });
  }
}

export const draw: GameDriver = {
  id: "draw",
  title: "Let's Draw Together, four people",
  players: PLAYERS,
  start(players, index) {
    const painters = players.map((player, seat) => new Painter(player, seat, index));
    return {
      step(now) {
        for (const painter of painters) painter.step(now + index * 137);
      },
    };
  },
};
