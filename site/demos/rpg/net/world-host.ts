import { dropsOn } from "../rules/belongings.ts";
import type { MapPlace } from "../rules/game-map.ts";
import { type GameEvent, reduce } from "../rules/reduce.ts";
import type { Effect, World } from "../rules/world.ts";
import { zoneOf } from "../rules/zones.ts";
import {
  type CheckpointValues,
  dropsName,
  heroName,
  MAX_HEROES,
  type MonsterValue,
  monstersName,
  type NewsEvent,
  type PlaceValue,
} from "./protocol.ts";
import { heroValue, isUntouched, monsterValue, placeValue } from "./saved-world.ts";

/** What the host needs to reach the others. */
export interface HostPort {
  now(): number;
  /** Writes values into the state of the room, all or nothing. */
  publish(values: CheckpointValues): void;
  /** To everybody in a zone. */
  news(zone: string, monsters: MonsterValue[], events: NewsEvent[]): void;
  placed(who: string, place: MapPlace): void;
  refused(who: string, reason: string): void;
  traded(who: string, done: boolean, reason: string): void;
}

/** What changes often and matters little, such as health, is written this often, ms. */
const SOFT = 3_000;

/** The world on the host's page: carries out what players ask for, tells those nearby, and writes the state of the room. */
export class WorldHost {
  readonly #dirty = new Set<string>();
  readonly #published = new Map<string, string>();
  /** The place of each hero in the checkpoint. */
  readonly #slots = new Map<string, number>();
  #softAt = 0;

  constructor(
    readonly world: World,
    readonly port: HostPort,
    slots: ReadonlyMap<string, number>,
  ) {
    for (const [id, slot] of slots) this.#slots.set(id, slot);
    for (const id of world.heroes.keys()) this.#dirty.add(`hero/${id}`);
    this.#dirty.add("world");
  }

  /** Carries out an event. Returns why the one who asked is refused, if so. */
  run(event: GameEvent): string | undefined {
    if (event.type === "arrive" && !this.#hasRoom(event.who)) return "the world is full";
    const effects = reduce(this.world, event);
    for (const effect of effects) if (effect.type === "changed") this.#dirty.add(effect.key);
    // The write is one transaction, and it comes before the news that the trade is done.
    if (effects.some(({ type }) => type === "traded")) this.flush();
    this.#tell(effects);
    let refusal: string | undefined;
    for (const effect of effects) {
      if (effect.type === "placed") this.port.placed(effect.who, effect.place);
      if (effect.type === "traded")
        for (const who of effect.trade.players) this.port.traded(who, effect.done, effect.reason);
      if (effect.type !== "refused") continue;
      refusal = effect.reason;
      if (event.type !== "step") this.port.refused(effect.who, effect.reason);
    }
    return refusal;
  }

  /** Heroes and monsters of a zone, for somebody who comes into its sight. */
  seen(zone: string): { readonly heroes: PlaceValue[]; readonly monsters: MonsterValue[] } {
    const heroes = [...this.world.heroes.values()].filter((hero) => hero.goneAt === undefined && zoneOf(hero) === zone);
    const monsters = [...this.world.monsters.values()].filter(
      (monster) => zoneOf({ map: monster.map, ...monster.home }) === zone && !isUntouched(monster),
    );
    return { heroes: heroes.map(placeValue).slice(0, MAX_HEROES), monsters: monsters.map(monsterValue) };
  }

  /** Writes what has changed: at once what players own, now and then what only a next host needs. */
  flush(): void {
    if (this.#dirty.size === 0) return;
    const now = this.port.now();
    const isSoftDue = now - this.#softAt >= SOFT;
    const values: CheckpointValues = {};
    for (const key of [...this.#dirty]) {
      const [kind = "", name = ""] = key.split(/\/(.*)/);
      if (kind === "hero" && !this.#heroInto(values, name, isSoftDue)) continue;
      if (kind === "monsters" && !isSoftDue) continue;
      if (kind === "monsters") values[monstersName(name)] = this.#monstersOf(name);
      if (kind === "drops") values[dropsName(name)] = dropsOn(this.world.drops.values(), name);
      if (kind === "trade") values.trades = [...this.world.trades.values()];
      this.#dirty.delete(key);
    }
    if (isSoftDue) values.places = [...this.world.heroes.values()].map(placeValue);
    if (Object.keys(values).length === 0) return;
    if (isSoftDue) this.#softAt = now;
    const { seed, nextId, pace, regrows } = this.world;
    values.world = { seed, nextId, pace, regrows: [...regrows].filter(([, at]) => at > now) };
    this.port.publish(values);
  }

  /** A hero has moved: its place is written with the next soft values. */
  moved(): void {
    this.#dirty.add("places");
  }

  #hasRoom(id: string): boolean {
    return this.world.heroes.has(id) || this.#freeSlot() !== undefined;
  }

  #freeSlot(): number | undefined {
    const taken = new Set(this.#slots.values());
    for (let slot = 0; slot < MAX_HEROES; slot++) if (!taken.has(slot)) return slot;
    return undefined;
  }

  /** Returns whether it was written; a change of health or experience alone waits. */
  #heroInto(values: CheckpointValues, id: string, isSoftDue: boolean): boolean {
    const hero = this.world.heroes.get(id);
    const slot = this.#slots.get(id) ?? this.#freeSlot();
    if (slot === undefined) return true;
    if (!hero) {
      values[heroName(slot)] = undefined;
      this.#slots.delete(id);
      this.#published.delete(id);
      return true;
    }
    const value = heroValue(hero);
    const owned = JSON.stringify({ ...value, health: 0, xp: 0 });
    if (!isSoftDue && this.#published.get(id) === owned) return false;
    this.#slots.set(id, slot);
    this.#published.set(id, owned);
    values[heroName(slot)] = value;
    return true;
  }

  #monstersOf(map: string): MonsterValue[] {
    return [...this.world.monsters.values()]
      .filter((monster) => monster.map === map && !isUntouched(monster))
      .map(monsterValue);
  }

  /** One message to each zone where something has happened. */
  #tell(effects: readonly Effect[]): void {
    interface News {
      readonly monsters: Map<string, MonsterValue>;
      readonly events: NewsEvent[];
    }
    const zones = new Map<string, News>();
    const at = (place: MapPlace): News => {
      const zone = zoneOf(place);
      const entry = zones.get(zone) ?? { monsters: new Map(), events: [] };
      zones.set(zone, entry);
      return entry;
    };
    for (const effect of effects) {
      if (effect.type === "moved") {
        const monster = this.world.monsters.get(effect.monster);
        if (monster) at({ map: monster.map, ...monster.home }).monsters.set(monster.id, monsterValue(monster));
      } else if (
        effect.type === "hit" ||
        effect.type === "fell" ||
        effect.type === "healed" ||
        effect.type === "level"
      ) {
        const { place, ...event } = effect;
        at(place).events.push(event);
      }
    }
    for (const [zone, { monsters, events }] of zones) this.port.news(zone, [...monsters.values()], events);
  }
}
