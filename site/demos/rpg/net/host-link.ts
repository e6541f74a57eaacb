import type { MapPlace } from "../rules/game-map.ts";
import { MAPS } from "../rules/maps.ts";
import type { GameEvent } from "../rules/reduce.ts";
import { zonesOf } from "../rules/zones.ts";
import { heroesOf, savedWorld, type WorldRoom } from "./checkpoint.ts";
import type { News, PlaceValue } from "./protocol.ts";
import { restoreWorld } from "./saved-world.ts";
import { type HostPort, WorldHost } from "./world-host.ts";
import type { ZoneHubs } from "./zone-hubs.ts";

/** The host's page receives what it sends to others through these. */
export interface Loopback {
  news(zone: string, news: News): void;
  grown(xp: number): void;
  placed(place: MapPlace): void;
  refused(reason: string): void;
  traded(done: boolean, reason: string): void;
  /** Where this page has seen others, for a world that is taken over. */
  places(): PlaceValue[];
}

/** All zones of the world: the host hears everything. */
export const ALL_ZONES: ReadonlySet<string> = new Set([...MAPS.values()].flatMap(zonesOf));
const TICK = 200;
const FLUSH = 100;

/** Runs the world while this page is the host, and only then. */
export class HostLink {
  host: WorldHost | undefined;
  readonly #stop: (() => void)[] = [];

  constructor(
    readonly room: WorldRoom,
    readonly zones: ZoneHubs,
    readonly loopback: Loopback,
    readonly pace: number,
  ) {
    const { clock } = room.connection.client;
    this.#stop.push(
      room.isHost.subscribe((isHost) => (isHost ? this.#begin() : this.#end())),
      room.players.subscribe(() => this.#roster()),
      clock.every(TICK, () => this.run({ type: "tick", at: room.now() })),
      clock.every(FLUSH, () => this.host?.flush()),
      room.on("act", (act, from) => {
        if (from.seat === undefined) return "only players with a place act";
        return this.run({ type: "act", who: from.id, act, at: room.now() });
      }),
      room.on("hello", ({ character }, from) => {
        if (from.seat === undefined) return "only players with a place arrive";
        return this.run({ type: "arrive", who: from.id, character, at: room.now() });
      }),
      room.on("look", ({ zone }, from) => {
        if (this.host && ALL_ZONES.has(zone)) room.send("seen", { zone, ...this.host.seen(zone) }, { to: from });
        return undefined;
      }),
    );
  }

  /** Carries out an event if this page is the host. Returns why it was refused. */
  run(event: GameEvent): string | undefined {
    const refusal = this.host?.run(event);
    if (event.type === "step") this.host?.moved();
    return refusal;
  }

  close(): void {
    for (const stop of this.#stop) stop();
    this.#end();
  }

  #begin(): void {
    if (this.host) return;
    const { room } = this;
    const world = restoreWorld(MAPS, savedWorld(room), this.loopback.places(), room.now(), this.pace);
    const slots = new Map([...heroesOf(room)].map(([slot, { id }]) => [id, slot]));
    this.host = new WorldHost(world, this.#port(), slots);
    this.#roster();
  }

  #end(): void {
    this.host = undefined;
  }

  /** Who is away or has left. */
  #roster(): void {
    const { host, room } = this;
    if (!host) return;
    const at = room.now();
    const players = new Map(room.players.peek().map((player) => [player.id, player]));
    for (const { id, away, goneAt } of [...host.world.heroes.values()]) {
      const status = players.get(id)?.status ?? "gone";
      if (status === "gone" && goneAt === undefined) host.run({ type: "leave", who: id, at });
      else if (goneAt === undefined && away !== (status === "away"))
        host.run({ type: "away", who: id, away: status === "away", at });
    }
  }

  #port(): HostPort {
    const { room, zones, loopback } = this;
    const tell = (who: string, mine: () => void, theirs: (to: NonNullable<ReturnType<typeof room.player>>) => void) => {
      if (who === room.myId) return mine();
      const to = room.players.peek().find(({ id }) => id === who);
      if (to?.sid !== undefined) theirs(to);
    };
    return {
      now: () => room.now(),
      publish: (values) => room.publish(values),
      news: (zone, news) => {
        zones.send(zone, "news", compact(news));
        loopback.news(zone, news);
      },
      grown: (who, xp) =>
        tell(
          who,
          () => loopback.grown(xp),
          (to) => room.send("grown", { xp }, { to }),
        ),
      placed: (who, place) =>
        tell(
          who,
          () => loopback.placed(place),
          (to) => room.send("placed", place, { to }),
        ),
      refused: (who, reason) =>
        tell(
          who,
          () => loopback.refused(reason),
          (to) => room.send("refused", { reason }, { to }),
        ),
      traded: (who, done, reason) =>
        tell(
          who,
          () => loopback.traded(done, reason),
          (to) => room.send("traded", { done, reason }, { to }),
        ),
    };
  }
}

/** Without the lists that are empty: most are. */
const compact = ({ monsters, events, laid, gone }: News): Partial<News> => ({
  ...(monsters.length > 0 && { monsters }),
  ...(events.length > 0 && { events }),
  ...(laid.length > 0 && { laid }),
  ...(gone.length > 0 && { gone }),
});
