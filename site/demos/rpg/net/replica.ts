import type { Direction } from "../rules/direction.ts";
import { isFree, type MapPlace, type Place, stepsBetween } from "../rules/game-map.ts";
import { kindOf } from "../rules/monster-kinds.ts";
import { monstersOf } from "../rules/monsters.ts";
import { stepsNow, stepsTo } from "../rules/moves.ts";
import { zoneOf } from "../rules/zones.ts";
import { Actor, Creature, type Maps } from "./actors.ts";
import type { HeroValue, MonsterValue, NewsEvent, PlaceValue } from "./protocol.ts";

/** A number that rises from somebody, for a second. */
export interface Float extends MapPlace {
  readonly text: string;
  /** Index of the palette. */
  readonly color: number;
  readonly at: number;
}

export interface ReplicaOptions {
  readonly maps: Maps;
  readonly myId: string;
  pace(): number;
  /** A hero as the host has published it. */
  hero(id: string): HeroValue | undefined;
  /** Where this player is. */
  myPlace(): MapPlace | undefined;
  /** Something happened that one can hear. */
  heard(event: NewsEvent, place: MapPlace): void;
}

/** Steps that may arrive at once; the host is stricter. */
const BURST = 12;
/** A monster is never further from its home. */
const ROAM = 7;

/** What this page knows about those nearby. All of it comes from others and is checked with the rules. */
export class Replica {
  readonly actors = new Map<string, Actor>();
  readonly creatures: Map<string, Creature>;
  readonly floats: Float[] = [];

  constructor(readonly options: ReplicaOptions) {
    const monsters = [...options.maps.values()].flatMap(monstersOf);
    this.creatures = new Map(monsters.map((monster) => [monster.id, new Creature(monster)]));
  }

  /** A step of another player. Returns why it is impossible, if it is. */
  step(id: string, to: MapPlace, direction: Direction, endsAt: number, now: number): string | undefined {
    const { maps, pace } = this.options;
    const actor = this.actors.get(id);
    if (!actor) {
      const map = maps.get(to.map);
      if (!map || !isFree(map, to.x, to.y)) return "that tile is not free";
      this.actors.set(id, new Actor(id, to, direction, now, pace()));
      return undefined;
    }
    const allowed = stepsNow(actor.steps, now, pace(), BURST);
    const carries = (item: string) => this.options.hero(id)?.bag.some((stack) => stack.item === item) === true;
    const steps = stepsTo(maps, actor.place, to, allowed, carries);
    if (typeof steps === "string") return steps;
    actor.steps = { left: allowed - steps, at: now };
    actor.step(to, direction, endsAt, now);
    return undefined;
  }

  /** The host says who and what is in a zone. */
  seen(
    zone: string,
    heroes: readonly PlaceValue[],
    monsters: readonly MonsterValue[],
    now: number,
  ): string | undefined {
    for (const [id, map, x, y, direction] of heroes) {
      if (id === this.options.myId) continue;
      const actor = this.actors.get(id);
      // One who is walking is known better by its own messages.
      if (actor && actor.place.map === map && stepsBetween(actor.place, { x, y }) <= 4) continue;
      if (actor) actor.put({ map, x, y }, direction, now);
      else this.actors.set(id, new Actor(id, { map, x, y }, direction, now, this.options.pace()));
    }
    const touched = new Set(monsters.map(([number]) => `${mapOf(zone)}/${number}`));
    // Those it does not name are as they were at first.
    for (const creature of this.creatures.values()) {
      const { id, origin } = creature;
      if (zoneOf({ map: origin.map, ...origin.home }) !== zone || touched.has(id)) continue;
      creature.set(origin.x, origin.y, origin.health, false, now);
    }
    return this.monsters(zone, monsters, now);
  }

  /** Monsters that moved. What a host says is checked as well. */
  monsters(zone: string, monsters: readonly MonsterValue[], now: number): string | undefined {
    const map = this.options.maps.get(mapOf(zone));
    for (const [number, x, y, health, chases] of monsters) {
      const creature = this.creatures.get(`${mapOf(zone)}/${number}`);
      if (!map || !creature) return "there is no such monster";
      if (!isFree(map, x, y) || stepsBetween(creature.origin.home, { x, y }) > ROAM)
        return "a monster where it cannot be";
      if (health > kindOf(creature.origin.kind).health) return "a monster with too much health";
      creature.set(x, y, health, chases === 1, now);
    }
    return undefined;
  }

  /** What happened nearby, as the host says. */
  happened(event: NewsEvent, now: number): void {
    const target = event.type === "level" ? event.who : event.target;
    const place = this.placeOf(target);
    if (!place) return;
    if (event.type === "hit") {
      const marks = this.marksOf(target);
      if (marks) {
        marks.hitAt = now;
        marks.hitFrom = this.placeOf(event.by);
      }
      const isHero = !this.creatures.has(target);
      this.floats.push({ ...place, text: `${event.damage}`, color: isHero ? 2 : 12, at: now });
      const by = this.actors.get(event.by);
      if (by) by.marks.swingAt = now;
    }
    const creature = this.creatures.get(target);
    if (creature && event.type === "hit") creature.health = event.health;
    if (creature && event.type === "fell") creature.set(creature.x, creature.y, 0, false, now);
    const actor = this.actors.get(target);
    if (actor && (event.type === "hit" || event.type === "healed")) actor.health = event.health;
    if (event.type === "level") this.floats.push({ ...place, text: `Level ${event.level}`, color: 4, at: now });
    this.options.heard(event, place);
  }

  /** Forgets who is out of sight, and numbers that have risen. */
  tidy(zones: ReadonlySet<string>, present: ReadonlySet<string>, now: number): void {
    for (const [id, { place }] of this.actors) {
      if (!zones.has(zoneOf(place)) || !present.has(id)) this.actors.delete(id);
    }
    while (this.floats[0] && now - this.floats[0].at > 1_000) this.floats.shift();
  }

  placeOf(id: string): MapPlace | undefined {
    if (id === this.options.myId) return this.options.myPlace();
    return this.actors.get(id)?.place ?? this.creatures.get(id);
  }

  marksOf(id: string) {
    return this.actors.get(id)?.marks ?? this.creatures.get(id)?.marks;
  }
}

/** The map that a zone is part of. */
export const mapOf = (zone: string): string => zone.split(".")[0] ?? "";

/** The nearest of some places, within so many steps. */
export function nearest<T extends Place>(from: Place, places: Iterable<T>, reach: number): T | undefined {
  let best: T | undefined;
  let distance = reach + 1;
  for (const place of places) {
    const steps = stepsBetween(from, place) + (Math.abs(from.x - place.x) + Math.abs(from.y - place.y)) / 1_000;
    if (steps >= distance) continue;
    best = place;
    distance = steps;
  }
  return best;
}
