import { createPlayback, type Playback } from "../../shared/feel/playback.ts";
import type { Direction } from "../rules/direction.ts";
import { type GameMap, type MapPlace, type Place, stepsBetween } from "../rules/game-map.ts";
import { kindOf } from "../rules/monster-kinds.ts";
import { STEP_TIME } from "../rules/moves.ts";
import type { Monster } from "../rules/world.ts";

/** Where somebody is drawn, in tiles with fractions. */
export interface Shown extends MapPlace {
  readonly direction: Direction;
  readonly moving: boolean;
}

/** What is over a head or happens to a figure, by the time of this page in ms. */
export interface Marks {
  say: { readonly text: string; readonly until: number } | undefined;
  emote: { readonly number: number; readonly until: number } | undefined;
  hitAt: number;
  /** Where the blow came from. */
  hitFrom: Place | undefined;
  swingAt: number;
}

export const newMarks = (): Marks => ({
  say: undefined,
  emote: undefined,
  hitAt: -1e9,
  hitFrom: undefined,
  swingAt: -1e9,
});

interface Step extends MapPlace {
  readonly direction: Direction;
}

/** Snap beyond so many tiles: that was no walk. */
const SNAP = 3;

const between = (from: Step, to: Step, share: number): Step => {
  if (from.map !== to.map || stepsBetween(from, to) > SNAP) return share < 0.5 ? from : to;
  return { ...to, x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
};

/** Another player, drawn a little late so that it moves smoothly. */
export class Actor {
  readonly marks = newMarks();
  health: number | undefined;
  /** Last accepted place, the steps it may make, and since when. */
  place: MapPlace;
  steps: { readonly left: number; readonly at: number };
  #direction: Direction;
  readonly #playback: Playback<Step>;
  #shown: Shown;

  constructor(
    readonly id: string,
    place: MapPlace,
    direction: Direction,
    now: number,
    pace: number,
  ) {
    this.place = place;
    this.#direction = direction;
    this.steps = { left: 4, at: now };
    this.#playback = createPlayback({ between, interval: STEP_TIME / pace, least: 60, most: 150 });
    this.#shown = { ...place, direction, moving: false };
  }

  get direction(): Direction {
    return this.#direction;
  }

  /** A step that ends at a place at that time, both in ms of the server. */
  step(place: MapPlace, direction: Direction, endsAt: number, now: number): void {
    this.place = place;
    this.#direction = direction;
    this.#playback.push({ ...place, direction }, endsAt, now);
  }

  /** Puts it somewhere at once. */
  put(place: MapPlace, direction: Direction, now: number): void {
    this.place = place;
    this.#direction = direction;
    this.steps = { left: 8, at: now };
    this.#playback.clear();
    this.#shown = { ...place, direction, moving: false };
  }

  shown(now: number): Shown {
    const at = this.#playback.sample(now) ?? { ...this.place, direction: this.#direction };
    const moving =
      at.map === this.#shown.map && (Math.abs(at.x - this.#shown.x) > 1e-3 || Math.abs(at.y - this.#shown.y) > 1e-3);
    this.#shown = { map: at.map, x: at.x, y: at.y, direction: at.direction, moving };
    return this.#shown;
  }
}

/** A monster as this page sees it. */
export class Creature {
  readonly marks = newMarks();
  map: string;
  x: number;
  y: number;
  health: number;
  chases = false;
  /** When it fell, by the time of this page; undefined while it lives. */
  fellAt: number | undefined;
  #from: Place;
  #movedAt = -1e9;
  flip = false;

  constructor(readonly origin: Monster) {
    this.map = origin.map;
    this.x = origin.x;
    this.y = origin.y;
    this.health = origin.health;
    this.#from = origin;
  }

  get id(): string {
    return this.origin.id;
  }

  get alive(): boolean {
    return this.health > 0;
  }

  set(x: number, y: number, health: number, chases: boolean, now: number): void {
    const shown = this.shown(now);
    if (x !== this.x || y !== this.y) {
      this.#from = stepsBetween({ x, y }, this) > SNAP ? { x, y } : shown;
      this.#movedAt = now;
      if (x !== this.x) this.flip = x < this.x;
    }
    // It comes back where it was at first.
    if (this.health === 0 && health > 0) this.#from = { x, y };
    if (health > 0) this.fellAt = undefined;
    else this.fellAt ??= now;
    this.x = x;
    this.y = y;
    this.health = health;
    this.chases = chases;
  }

  shown(now: number): Place & { readonly moving: boolean } {
    const time = Math.min(kindOf(this.origin.kind).stepTime, 420);
    const share = Math.max(0, Math.min(1, (now - this.#movedAt) / time));
    return {
      x: this.#from.x + (this.x - this.#from.x) * share,
      y: this.#from.y + (this.y - this.#from.y) * share,
      moving: share < 1,
    };
  }
}

export type Maps = ReadonlyMap<string, GameMap>;
