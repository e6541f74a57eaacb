import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Player } from "../../shared/room/players.ts";
import type { Direction } from "../rules/direction.ts";
import type { MapPlace } from "../rules/game-map.ts";
import { type Character, START } from "../rules/hero.ts";
import { MAPS } from "../rules/maps.ts";
import { STEP_TIME } from "../rules/moves.ts";
import type { Act } from "../rules/reduce.ts";
import { tradeOf } from "../rules/trade.ts";
import type { Trade } from "../rules/world.ts";
import { zoneOf, zonesNear } from "../rules/zones.ts";
import { newMarks } from "./actors.ts";
import { heroesOf, type WorldRoom } from "./checkpoint.ts";
import { ALL_ZONES, HostLink } from "./host-link.ts";
import { type DropValue, dropsName, type HeroValue, type NewsEvent, type PlaceValue } from "./protocol.ts";
import { Replica } from "./replica.ts";
import { Walker } from "./walker.ts";
import { ZoneHubs } from "./zone-hubs.ts";

export interface GameOptions {
  readonly room: WorldRoom;
  /** The character that this browser has kept. */
  readonly character: Character;
  /** How fast the world is, if this page creates it. */
  readonly pace: number;
  heard(event: NewsEvent, place: MapPlace): void;
  /** Something to read for a moment. */
  notice(text: string): void;
}

const MINUTE = 60_000;
const SPEECH = { least: 2_500, perLetter: 60 } as const;
const EMOTE = 2_500;
/** A hello that has not been answered is repeated, ms: its host may have left. */
const PATIENCE = 2_000;

/** One player's side of the game: what others do, what the host says, and what this player wants. */
export class Game {
  readonly room: WorldRoom;
  readonly replica: Replica;
  readonly walker: Walker;
  readonly zones: ZoneHubs;
  readonly link: HostLink;
  readonly marks = newMarks();
  /** Heroes of the world by id, as the host has published them. */
  readonly heroes: ReadonlySignal<ReadonlyMap<string, HeroValue>>;
  readonly me: ReadonlySignal<HeroValue | undefined>;
  readonly trade: ReadonlySignal<Trade | undefined>;
  readonly map = signal(START.map);
  /** My health: news of it travels faster than the checkpoint. */
  readonly health = signal<number | undefined>(undefined);
  readonly #stop: (() => void)[] = [];
  #greetedAt = -1e9;
  /** The host has said where this player is. */
  #isPlaced = false;
  #lastZone = zoneOf(START);

  constructor(readonly options: GameOptions) {
    const { room } = options;
    this.room = room;
    this.heroes = computed(() => new Map([...heroesOf(room).values()].map((hero) => [hero.id, hero])));
    this.me = computed(() => this.heroes.value.get(room.myId));
    this.trade = computed(() => tradeOf(room.checkpoint("trades") ?? [], room.myId));
    const pace = () => room.checkpoint("world")?.pace ?? options.pace;
    this.replica = new Replica({
      ...{ maps: MAPS, myId: room.myId, pace },
      hero: (id) => this.heroes.peek().get(id),
      myPlace: () => this.walker,
      heard: (event, place) => this.#heard(event, place),
    });
    this.walker = new Walker(START, {
      ...{ maps: MAPS, pace },
      carries: (item) => this.me.peek()?.bag.some((stack) => stack.item === item) === true,
      stepped: (place, direction) => this.#stepped(place, direction, STEP_TIME / pace()),
      entered: (map) => {
        this.map.value = map;
      },
      locked: (item) => options.notice(`Locked. It needs a ${item}.`),
    });
    this.zones = new ZoneHubs(room, this.#handlers(), (zone) => this.#lookAt(zone));
    this.link = new HostLink(room, this.zones, this.#loopback(), options.pace);
    this.#listen();
  }

  /** Asks the host for something. */
  act(act: Act): void {
    const { room } = this;
    if (this.link.host) this.link.run({ type: "act", who: room.myId, act, at: room.now() });
    else room.send("act", act, { to: room.host.peek() });
  }

  say(text: string): void {
    this.#shout(text);
    this.zones.send(zoneOf(this.walker), "say", { text });
  }

  emote(number: number): void {
    this.marks.emote = { number, until: performance.now() + EMOTE };
    this.zones.send(zoneOf(this.walker), "emote", { e: number });
  }

  swing(): void {
    this.marks.swingAt = performance.now();
    this.zones.send(zoneOf(this.walker), "swing", { d: this.walker.direction }, { latest: true });
  }

  /** What lies on a map. */
  dropsOn(map: string): readonly DropValue[] {
    return this.room.checkpoint(dropsName(map)) ?? [];
  }

  /** Once per frame: joins and leaves zones, forgets who is gone, and greets the host if need be. */
  update(now: number): void {
    const { room, walker, zones } = this;
    const map = MAPS.get(walker.map);
    if (!map) return;
    const near = zonesNear(map, walker, zones.names);
    zones.follow(this.link.host ? ALL_ZONES : near);
    const present = new Set(room.players.peek().flatMap(({ id, status }) => (status === "gone" ? [] : [id])));
    // The host hears more than it shows: those far away stay known to it.
    this.replica.tidy(this.link.host ? ALL_ZONES : near, present, now);
    walker.isHeld = room.connection.state.peek() !== "ready" || !this.#isPlaced;
    this.#greet(now);
  }

  close(): void {
    for (const stop of this.#stop) stop();
    this.link.close();
    this.zones.close();
  }

  /** Says who this is until the host has a hero for it. */
  #greet(now: number): void {
    const { room } = this;
    const hero = this.me.peek();
    const isKnown = hero !== undefined && hero.goneAt === undefined && this.#isPlaced;
    if (isKnown || room.me.peek()?.seat === undefined || now - this.#greetedAt < PATIENCE) return;
    this.#greetedAt = now;
    const { character } = this.options;
    if (this.link.host) this.link.run({ type: "arrive", who: room.myId, character, at: room.now() });
    else room.send("hello", { character: { ...character, bag: [...character.bag] } }, { to: room.host.peek() });
  }

  #stepped(place: MapPlace, direction: Direction, duration: number): void {
    const { room, zones } = this;
    if (this.link.host) this.link.run({ type: "step", who: room.myId, place, direction, at: room.now() });
    const { map: m, x, y } = place;
    const step = { m, x, y, d: direction, t: Math.round(room.now() + duration) % MINUTE };
    const zone = zoneOf(place);
    // Those who only see the zone that is left have to know as well. A zone that is just being joined takes messages already.
    for (const name of zones.names)
      if (name === zone || name === this.#lastZone) zones.send(name, "step", step, { latest: true });
    if (!zones.names.has(zone)) {
      zones.follow(new Set([...zones.names, zone]));
      zones.send(zone, "step", step, { latest: true });
    }
    this.#lastZone = zone;
  }

  #handlers(): ConstructorParameters<typeof ZoneHubs>[1] {
    const { replica } = this;
    return {
      step: ({ m, x, y, d, t }, from) => {
        if (from.seat === undefined) return "only players with a place walk";
        const { room } = this;
        const place = { map: m, x, y };
        const now = performance.now();
        const refusal = this.link.run({ type: "step", who: from.id, place, direction: d, at: room.now() });
        return refusal ?? replica.step(from.id, place, d, now + minuteDifference(t, room.now()), now);
      },
      say: ({ text }, from) => {
        const marks = replica.marksOf(from.id);
        if (marks) marks.say = { text, until: performance.now() + SPEECH.least + text.length * SPEECH.perLetter };
        return undefined;
      },
      emote: ({ e }, from) => {
        const marks = replica.marksOf(from.id);
        if (marks) marks.emote = { number: e, until: performance.now() + EMOTE };
        return undefined;
      },
      swing: (_, from) => {
        const marks = replica.marksOf(from.id);
        if (marks) marks.swingAt = performance.now();
        return undefined;
      },
      news: ({ monsters = [], events = [] }, from, zone) => {
        if (!from.isHost) return "only the host decides";
        return this.#news(zone, monsters, events);
      },
    };
  }

  #news(zone: string, monsters: Parameters<Replica["monsters"]>[1], events: readonly NewsEvent[]): string | undefined {
    const now = performance.now();
    for (const event of events) this.replica.happened(event, now);
    return this.replica.monsters(zone, monsters, now);
  }

  #loopback(): HostLink["loopback"] {
    return {
      news: (zone, monsters, events) => {
        this.#news(zone, monsters, events);
      },
      placed: (place) => this.#placed(place),
      refused: (reason) => this.options.notice(reason),
      traded: (_, reason) => this.options.notice(reason),
      places: () => {
        const { map, x, y, direction } = this.walker;
        const others = [...this.replica.actors.values()].map(
          ({ id, place, direction: facing }): PlaceValue => [id, place.map, place.x, place.y, facing],
        );
        return this.#isPlaced ? [...others, [this.room.myId, map, x, y, direction]] : others;
      },
    };
  }

  #placed(place: MapPlace): void {
    this.#isPlaced = true;
    this.walker.put(place);
  }

  #heard(event: NewsEvent, place: MapPlace): void {
    const me = this.room.myId;
    if ((event.type === "hit" || event.type === "healed") && event.target === me) this.health.value = event.health;
    if (event.type === "hit" && event.target === me) {
      this.marks.hitAt = performance.now();
      this.marks.hitFrom = this.replica.placeOf(event.by);
    }
    if (event.type === "fell" && event.target === me) this.options.notice("You fell. You wake up at the well.");
    this.options.heard(event, place);
  }

  #shout(text: string): void {
    this.marks.say = { text, until: performance.now() + SPEECH.least + text.length * SPEECH.perLetter };
  }

  /** What is in a zone that has just come into sight. */
  #lookAt(zone: string): void {
    const { room, link } = this;
    const seen = link.host?.seen(zone);
    if (seen) this.replica.seen(zone, seen.heroes, seen.monsters, performance.now());
    else room.send("look", { zone }, { to: room.host.peek() });
  }

  #listen(): void {
    const { room, options } = this;
    const fromHost =
      <T>(handle: (data: T) => void) =>
      (data: T, from: Player) => {
        if (!from.isHost) return "only the host decides";
        handle(data);
        return undefined;
      };
    this.#stop.push(
      room.on(
        "placed",
        fromHost((place) => this.#placed(place)),
      ),
      room.on(
        "refused",
        fromHost(({ reason }) => options.notice(reason)),
      ),
      room.on(
        "traded",
        fromHost(({ reason }) => options.notice(reason)),
      ),
      room.on(
        "seen",
        fromHost(({ zone, heroes, monsters }) => this.replica.seen(zone, heroes, monsters, performance.now())),
      ),
      this.me.subscribe((hero) => {
        if (hero) this.health.value = hero.health;
      }),
      // A new host has heard of nobody's place and of nobody's zone.
      room.host.subscribe((host) => {
        if (!host || host.isMe || !this.#isPlaced) return;
        for (const zone of this.zones.names) this.#lookAt(zone);
        this.#stepped(this.walker, this.walker.direction, 0);
      }),
    );
  }
}

/** How much later a time of the last or next half minute is, ms. */
function minuteDifference(time: number, now: number): number {
  const difference = (time - (now % MINUTE) + MINUTE) % MINUTE;
  return difference > MINUTE / 2 ? difference - MINUTE : difference;
}
