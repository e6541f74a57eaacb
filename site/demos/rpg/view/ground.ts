import { type GameMap, heightOf, widthOf } from "../rules/game-map.ts";
import { type Sprite, toCanvas } from "./sprites.ts";
import { drawGround, TILE } from "./terrain.ts";

/** Width and height of a piece of the ground, in pixels of the map. */
const PIECE = 4 * TILE;
/** Pieces kept: about three screens. */
const MOST = 220;

/** The ground of a map in pieces, each drawn once: those on the screen at once, one more in each frame ahead of the camera. */
export class Ground {
  readonly #pieces = new Map<string, Sprite>();

  constructor(public map: GameMap) {}

  /** Another map of the same size, which differs at one tile: for the editor. */
  change(map: GameMap, x: number, y: number): void {
    this.map = map;
    for (let dy = -1; dy <= 1; dy++) {
      for (let dx = -1; dx <= 1; dx++)
        this.#pieces.delete(`${Math.floor(((x + dx) * TILE) / PIECE)}.${Math.floor(((y + dy) * TILE) / PIECE)}`);
    }
  }

  draw(context: CanvasRenderingContext2D, left: number, top: number, w: number, h: number): void {
    this.#each(left, top, w, h, (x, y) => {
      const piece = this.#piece(x, y, true);
      if (piece) context.drawImage(piece, x * PIECE - left, y * PIECE - top);
    });
    this.#prepare(left, top, w, h);
  }

  #each(left: number, top: number, w: number, h: number, visit: (x: number, y: number) => void): void {
    const right = Math.min(Math.ceil((widthOf(this.map) * TILE) / PIECE), Math.ceil((left + w) / PIECE));
    const bottom = Math.min(Math.ceil((heightOf(this.map) * TILE) / PIECE), Math.ceil((top + h) / PIECE));
    for (let y = Math.max(0, Math.floor(top / PIECE)); y < bottom; y++)
      for (let x = Math.max(0, Math.floor(left / PIECE)); x < right; x++) visit(x, y);
  }

  /** Draws one missing piece just outside the screen, so that walking never waits. */
  #prepare(left: number, top: number, w: number, h: number): void {
    let isDone = false;
    this.#each(left - PIECE, top - PIECE, w + 2 * PIECE, h + 2 * PIECE, (x, y) => {
      if (isDone || this.#pieces.has(`${x}.${y}`)) return;
      this.#piece(x, y, true);
      isDone = true;
    });
  }

  #piece(x: number, y: number, make: boolean): Sprite | undefined {
    const key = `${x}.${y}`;
    const known = this.#pieces.get(key);
    if (known || !make) return known;
    if (this.#pieces.size >= MOST) {
      const [oldest] = this.#pieces.keys();
      if (oldest !== undefined) this.#pieces.delete(oldest);
    }
    const w = Math.min(PIECE, widthOf(this.map) * TILE - x * PIECE);
    const h = Math.min(PIECE, heightOf(this.map) * TILE - y * PIECE);
    const piece = toCanvas(drawGround(this.map, x * PIECE, y * PIECE, w, h));
    this.#pieces.set(key, piece);
    return piece;
  }
}
