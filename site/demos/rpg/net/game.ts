import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
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
import { GroundItems } from "./ground-items.ts";
import { ALL_ZONES, HostLink } from "./host-link.ts";
import { gesture, minuteDifference, minuteOf, speak, swingOf } from "./marks.ts";
import { type DropValue, dropsName, type HeroValue, type News, type NewsEvent, type PlaceValue } from "./protocol.ts";
import { mapOf, Replica } from "./replica.ts";
import { Walker } from "./walker.ts";
import { ZoneHubs } from "./zone-hubs.ts";

export interface GameOptions {
  readonly room: WorldRoom;
  /** The character that this browser has kept. */
  readonly character: Character;
  /** How fast the world is, if this page creates it. */
  readonly pace: number;
  /** `all`: joins every zone, to measure what areas of interest save. Default `near`. */
  readonly sight?: "near" | "all";
  heard(event: NewsEvent, place: MapPlace): void;
  /** Something to read for a moment. */
  notice(text: string): void;
}

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
  /** My experience, as the host has told it since the checkpoint. */
  readonly #xp = signal(0);
  readonly #ground = new GroundItems();
  #greetedAt = -1e9;
  /** The host has said where this player is. */
  #isPlaced = false;
  #lastZone = zoneOf(START);
  #hostSid: number | undefined;

  constructor(readonly options: GameOptions) {
    const { room } = options;
    this.room = room;
    this.heroes = computed(() => new Map([...heroesOf(room).values()].map((hero) => [hero.id, hero])));
    this.me = computed(() => {
      const hero = this.heroes.value.get(room.myId);
      return hero && { ...hero, xp: Math.max(hero.xp, this.#xp.value) };
    });
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
    speak(this.marks, text);
    this.zones.send(zoneOf(this.walker), "say", { text });
  }

  emote(number: number): void {
    gesture(this.marks, number);
    this.zones.send(zoneOf(this.walker), "emote", { e: number });
  }

  swing(): void {
    swingOf(this.marks);
    this.zones.send(zoneOf(this.walker), "swing", { d: this.walker.direction }, { latest: true });
  }

  /** What lies on a map. */
  dropsOn(map: string): readonly DropValue[] {
    return this.#ground.on(map);
  }

  /** Once per frame: joins and leaves zones, forgets who is gone, and greets the host if need be. */
  update(now: number): void {
    const { room, walker, zones } = this;
    const map = MAPS.get(walker.map);
    if (!map) return;
    const near = zonesNear(map, walker, zones.names);
    zones.follow(this.link.host || this.options.sight === "all" ? ALL_ZONES : near);
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
    const step = { m, x, y, d: direction, t: minuteOf(room.now() + duration) };
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
      say: ({ text }, from) => speak(replica.marksOf(from.id), text),
      emote: ({ e }, from) => gesture(replica.marksOf(from.id), e),
      swing: (_, from) => swingOf(replica.marksOf(from.id)),
      news: ({ monsters = [], events = [], laid = [], gone = [] }, from, zone) => {
        if (!from.isHost) return "only the host decides";
        return this.#news(zone, { monsters, events, laid, gone });
      },
    };
  }

  #news(zone: string, { monsters, events, laid, gone }: News): string | undefined {
    const now = performance.now();
    for (const event of events) this.replica.happened(event, now);
    for (const drop of laid) this.#ground.laid(drop, now);
    for (const id of gone) this.#ground.gone(mapOf(zone), id, now);
    return this.replica.monsters(zone, monsters, now);
  }

  #loopback(): HostLink["loopback"] {
    return {
      news: (zone, news) => {
        this.#news(zone, news);
      },
      grown: (xp) => {
        this.#xp.value = xp;
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
    // Otherwise a newcomer who stands still is seen by nobody. The host's own place is in what it tells newcomers.
    if (!this.link.host) this.#stepped(this.walker, this.walker.direction, 0);
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
        "grown",
        fromHost(({ xp }) => {
          this.#xp.value = xp;
        }),
      ),
      ...[...MAPS.keys()].map((map) =>
        effect(() => this.#ground.published(map, room.checkpoint(dropsName(map)) ?? [], performance.now())),
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
        // The signal changes with everything that the host says about itself, at each checkpoint.
        if (!host || host.sid === this.#hostSid) return;
        this.#hostSid = host.sid;
        if (host.isMe || !this.#isPlaced) return;
        for (const zone of this.zones.names) this.#lookAt(zone);
        this.#stepped(this.walker, this.walker.direction, 0);
      }),
    );
  }
}
