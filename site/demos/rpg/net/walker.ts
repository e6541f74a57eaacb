import { type Direction, SOUTH, slide, stepFrom } from "../rules/direction.ts";
import type { GameMap, MapPlace, Place } from "../rules/game-map.ts";
import { leadsTo, STEP_TIME } from "../rules/moves.ts";
import type { Shown } from "./actors.ts";

export interface WalkerOptions {
  readonly maps: ReadonlyMap<string, GameMap>;
  pace(): number;
  carries(item: string): boolean;
  /** A step has begun; it leads there. */
  stepped(place: MapPlace, direction: Direction): void;
  /** Another map has been entered. */
  entered(map: string): void;
  /** The way is locked. */
  locked(item: string): void;
}

/** This player's own figure: it moves in the frame of the key press, and the host confirms by staying silent. */
export class Walker implements MapPlace {
  map: string;
  x: number;
  y: number;
  direction: Direction = SOUTH;
  /** Where a tap sends it, step by step. */
  path: Direction[] = [];
  /** Called when the path has been walked. */
  arrived: (() => void) | undefined;
  /** Keeps it where it is: a talk, a dropped connection. */
  isHeld = false;
  #from: Place;
  #startedAt = -1e9;

  constructor(
    place: MapPlace,
    readonly options: WalkerOptions,
  ) {
    this.map = place.map;
    this.x = place.x;
    this.y = place.y;
    this.#from = place;
  }

  get #duration(): number {
    return STEP_TIME / this.options.pace();
  }

  isMoving(now: number): boolean {
    return now - this.#startedAt < this.#duration;
  }

  /** Walks on, if the last step is done: where the keys say, else along the path. */
  update(now: number, wanted: Direction | undefined): void {
    if (wanted !== undefined) this.stop();
    if (this.isHeld || this.isMoving(now)) return;
    const map = this.options.maps.get(this.map);
    const next = wanted ?? this.path.shift();
    if (map && next !== undefined) this.#step(map, next, now);
    else if (this.arrived) {
      const { arrived } = this;
      this.arrived = undefined;
      arrived();
    }
  }

  /** Forgets where it was sent. */
  stop(): undefined {
    this.path = [];
    this.arrived = undefined;
  }

  /** The host puts it somewhere. */
  put({ map, x, y }: MapPlace): void {
    if (this.map !== map) this.options.entered(map);
    Object.assign(this, { map, x, y });
    this.#from = { x, y };
    this.#startedAt = -1e9;
    this.stop();
  }

  shown(now: number): Shown {
    const share = Math.min(1, (now - this.#startedAt) / this.#duration);
    return {
      ...{ map: this.map, direction: this.direction, moving: share < 1 },
      x: this.#from.x + (this.x - this.#from.x) * share,
      y: this.#from.y + (this.y - this.#from.y) * share,
    };
  }

  #step(map: GameMap, wanted: Direction, now: number): undefined {
    const direction = slide(map, this, wanted);
    this.direction = direction ?? wanted;
    if (direction === undefined) return this.stop();
    const to = stepFrom(this, direction);
    const end = leadsTo(map, to.x, to.y, this.options.carries);
    if (end.map === map.id && map.exits.some(({ x, y }) => x === to.x && y === to.y)) {
      const needs = map.exits.find(({ x, y }) => x === to.x && y === to.y)?.needs;
      if (needs !== undefined) this.options.locked(needs);
      return this.stop();
    }
    const isOther = end.map !== this.map;
    this.#from = isOther ? end : { x: this.x, y: this.y };
    // A held key goes on without a gap: the step began when the last one ended.
    const ended = this.#startedAt + this.#duration;
    this.#startedAt = now - ended < 34 ? ended : now;
    this.map = end.map;
    this.x = end.x;
    this.y = end.y;
    this.options.stepped(end, direction);
    if (!isOther) return;
    this.stop();
    this.options.entered(end.map);
  }
}
