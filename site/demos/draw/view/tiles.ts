import type { Thing } from "../rules/drawing.ts";
import { compareOrder, type Order } from "../rules/operation.ts";
import type { Camera, Size } from "./camera.ts";
import { type Box, overlap } from "./ink.ts";
import type { Context } from "./paint.ts";

/** Side of a tile, device pixels. Finished objects are painted once into tiles, so a frame costs the same with 10 objects and 10,000. */
const SIDE = 512;
/** Tiles kept beyond those on the screen; 1 MiB each. */
const SPARE = 24;

interface Tile {
  readonly canvas: OffscreenCanvas;
  readonly context: OffscreenCanvasRenderingContext2D;
  readonly box: Box;
  readonly column: number;
  readonly row: number;
  /** The topmost object in it: one above can be painted on top, one below needs the whole tile to be painted. */
  top: Order | undefined;
  isStale: boolean;
  used: number;
}

export interface TileSource {
  /** Objects that touch the box, from bottom to top. */
  within(box: Box): readonly Thing[];
  paint(context: Context, thing: Thing): void;
}

const isAbove = (a: Order, b: Order | undefined): boolean => b === undefined || compareOrder(a, b) > 0;

/** The finished part of the drawing at one zoom, in tiles that are painted as they are needed. */
export class Tiles {
  readonly #source: TileSource;
  /** Device pixels per unit. */
  readonly scale: number;
  readonly #tiles = new Map<string, Tile>();
  #clock = 0;

  constructor(source: TileSource, scale: number) {
    this.#source = source;
    this.scale = scale;
  }

  /** Something changed here. `added`: an object that is new, and is painted on top where it can be. */
  invalidate(box: Box, added?: Thing): void {
    for (const tile of this.#tiles.values()) {
      if (tile.isStale || !overlap(tile.box, box)) continue;
      if (added && isAbove(added.order, tile.top)) this.#paintOn(tile, added);
      else tile.isStale = true;
    }
  }

  invalidateAll(): void {
    for (const tile of this.#tiles.values()) tile.isStale = true;
  }

  /**
   * Draws the tiles on the screen and paints those that are missing or stale until the time is over, at least one. Returns whether
   * all are as they should be.
   */
  draw(context: Context, camera: Camera, size: Size, ratio: number, deadline: number): boolean {
    const stretch = (camera.zoom * ratio) / this.scale;
    const [left, top] = [Math.round(camera.x * camera.zoom * ratio), Math.round(camera.y * camera.zoom * ratio)];
    const side = SIDE * stretch;
    if (stretch !== 1) return this.#drawStretched(context, left, top, side);
    const [fromX, toX] = [Math.floor(left / side), Math.floor((left + size.width * ratio) / side)];
    const [fromY, toY] = [Math.floor(top / side), Math.floor((top + size.height * ratio) / side)];
    let isComplete = true;
    let painted = 0;
    this.#clock++;
    for (let row = fromY; row <= toY; row++) {
      for (let column = fromX; column <= toX; column++) {
        let tile = this.#tiles.get(`${column} ${row}`);
        if (tile?.isStale !== false) {
          if (painted === 0 || performance.now() < deadline) {
            tile = this.#paint(column, row, tile);
            painted++;
          } else isComplete = false;
        }
        if (!tile) continue;
        tile.used = this.#clock;
        context.drawImage(tile.canvas, column * side - left, row * side - top, side, side);
      }
    }
    this.#forget((toX - fromX + 1) * (toY - fromY + 1) + SPARE);
    return isComplete;
  }

  /** While a zoom goes on: the tiles there are, stretched. New ones would be thrown away. */
  #drawStretched(context: Context, left: number, top: number, side: number): boolean {
    for (const { canvas, column, row } of this.#tiles.values())
      context.drawImage(canvas, column * side - left, row * side - top, side, side);
    return false;
  }

  #paint(column: number, row: number, old: Tile | undefined): Tile {
    const tile = old ?? this.#create(column, row);
    const { context, canvas, box } = tile;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    tile.top = undefined;
    tile.isStale = false;
    this.#tiles.set(`${column} ${row}`, tile);
    for (const thing of this.#source.within(box)) this.#paintOn(tile, thing);
    return tile;
  }

  #paintOn(tile: Tile, thing: Thing): void {
    tile.context.setTransform(this.scale, 0, 0, this.scale, -tile.box.minX * this.scale, -tile.box.minY * this.scale);
    this.#source.paint(tile.context, thing);
    tile.top = thing.order;
  }

  #create(column: number, row: number): Tile {
    const canvas = new OffscreenCanvas(SIDE, SIDE);
    const context = canvas.getContext("2d");
    if (!context) throw new Error("this browser has no canvas");
    const units = SIDE / this.scale;
    const [minX, minY] = [column * units, row * units];
    const box = { minX, minY, maxX: minX + units, maxY: minY + units };
    return { canvas, context, box, column, row, top: undefined, isStale: true, used: 0 };
  }

  #forget(most: number): void {
    if (this.#tiles.size <= most) return;
    const oldest = [...this.#tiles].sort(([, a], [, b]) => a.used - b.used).slice(0, this.#tiles.size - most);
    for (const [key] of oldest) this.#tiles.delete(key);
  }
}
