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
  type News,
  type NewsEvent,
  type PlaceValue,
  type SlotPlace,
} from "./protocol.ts";
import { heroValue, isUntouched, monsterValue, placeValue } from "./saved-world.ts";

/** What the host needs to reach the others. */
export interface HostPort {
  now(): number;
  /** Writes values into the state of the room, all or nothing. */
  publish(values: CheckpointValues): void;
  /** To everybody in a zone. */
  news(zone: string, news: News): void;
  placed(who: string, place: MapPlace): void;
  refused(who: string, reason: string): void;
  grown(who: string, xp: number): void;
  traded(who: string, done: boolean, reason: string): void;
}

/** What changes often and matters little, such as health, is written this often, ms. */
const SOFT = 6_000;

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
      if (effect.type === "xp") this.port.grown(effect.who, effect.xp);
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

  /**
   * Writes what has changed: at once what players own, now and then what only a next host needs. What was taken off the ground is written
   * together with the bag it is in now.
   */
  flush(): void {
    if (this.#dirty.size === 0) return;
    const now = this.port.now();
    const isSoftDue = now - this.#softAt >= SOFT;
    const values: CheckpointValues = {};
    for (const key of [...this.#dirty]) {
      const [kind = "", name = ""] = key.split(/\/(.*)/);
      if (kind === "hero" && this.#heroInto(values, name, isSoftDue)) this.#dirty.delete(key);
      if (kind !== "trade") continue;
      values.trades = [...this.world.trades.values()];
      this.#dirty.delete(key);
    }
    if (Object.keys(values).length === 0 && !isSoftDue) return;
    this.#restInto(values, isSoftDue, now);
    if (isSoftDue) this.#softAt = now;
    this.port.publish(values);
  }

  #restInto(values: CheckpointValues, isSoftDue: boolean, now: number): void {
    for (const key of [...this.#dirty]) {
      const [kind = "", name = ""] = key.split(/\/(.*)/);
      if (kind === "drops") values[dropsName(name)] = dropsOn(this.world.drops.values(), name);
      else if (kind === "monsters" && isSoftDue) values[monstersName(name)] = this.#monstersOf(name);
      else if (kind !== "places" && kind !== "world") continue;
      if (kind === "drops" || isSoftDue) this.#dirty.delete(key);
    }
    if (isSoftDue) values.places = this.#places();
    const { seed, nextId, pace, regrows } = this.world;
    values.world = { seed, nextId, pace, regrows: [...regrows].filter(([, at]) => at > now) };
  }

  #places(): SlotPlace[] {
    return [...this.#slots].flatMap(([id, slot]): SlotPlace[] => {
      const hero = this.world.heroes.get(id);
      return hero && hero.goneAt === undefined ? [[slot, hero.map, hero.x, hero.y, hero.direction]] : [];
    });
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
    const zones = new Map<string, Gathered>();
    const at = (place: MapPlace): Gathered => {
      const zone = zoneOf(place);
      const entry = zones.get(zone) ?? { monsters: new Map(), events: [], laid: [], gone: [] };
      zones.set(zone, entry);
      return entry;
    };
    for (const effect of effects) {
      if (effect.type === "moved") {
        const monster = this.world.monsters.get(effect.monster);
        if (monster) at({ map: monster.map, ...monster.home }).monsters.set(monster.id, monsterValue(monster));
      } else if (effect.type === "laid") at(effect.drop).laid.push(effect.drop);
      else if (effect.type === "gone") at(effect.drop).gone.push(effect.drop.id);
      else if (isEvent(effect)) {
        const { place, ...event } = effect;
        at(place).events.push(event);
      }
    }
    for (const [zone, news] of zones) this.port.news(zone, { ...news, monsters: [...news.monsters.values()] });
  }
}

type Gathered = Omit<News, "monsters"> & { readonly monsters: Map<string, MonsterValue> };
type Happening = Extract<Effect, { readonly type: NewsEvent["type"] }>;

const isEvent = (effect: Effect): effect is Happening =>
  effect.type === "hit" || effect.type === "fell" || effect.type === "healed" || effect.type === "level";
