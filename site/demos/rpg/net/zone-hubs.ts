import type { Room } from "@achex/client";
import type { Values } from "../../shared/room/definition.ts";
import type { GameRoom } from "../../shared/room/game-room.ts";
import { Messages, type SendOptions } from "../../shared/room/messages.ts";
import type { Player } from "../../shared/room/players.ts";
import { zoneMessages } from "./protocol.ts";

type Data = Record<string, unknown>;
type Zoned = Values<typeof zoneMessages>;
export type ZoneKind = keyof Zoned;

interface Zone {
  readonly hub: Room<Data, Data>;
  readonly messages: Messages<typeof zoneMessages>;
}

export type ZoneHandlers = {
  readonly [K in ZoneKind]: (data: Zoned[K], from: Player, zone: string) => string | undefined;
};

const KINDS: readonly ZoneKind[] = ["step", "say", "emote", "swing", "news"];

/** The areas of interest one is in: a hub for each, so that the relay sends only what happens nearby. */
export class ZoneHubs {
  readonly #zones = new Map<string, Zone>();

  constructor(
    readonly room: GameRoom,
    readonly handlers: ZoneHandlers,
    /** Called when a zone has been joined: now its messages arrive. */
    readonly entered: (zone: string) => void,
  ) {}

  get names(): ReadonlySet<string> {
    return new Set(this.#zones.keys());
  }

  /** Joins and leaves hubs so that one is in exactly these. */
  follow(wanted: ReadonlySet<string>): void {
    for (const zone of wanted) if (!this.#zones.has(zone)) this.#join(zone);
    for (const [zone, entry] of this.#zones) if (!wanted.has(zone)) this.#leave(zone, entry);
  }

  send<K extends ZoneKind>(zone: string, kind: K, data: Zoned[K], options?: SendOptions): void {
    this.#zones.get(zone)?.messages.sendAny(kind, data, options);
  }

  close(): void {
    for (const [zone, entry] of this.#zones) this.#leave(zone, entry);
  }

  #join(zone: string): void {
    const { room } = this;
    const { client } = room.connection;
    const hub: Room<Data, Data> = client.hub(`zone-${room.code}-${zone}`);
    const messages = new Messages({
      ...{ client, hub, code: `${room.code}/${zone}`, schemas: zoneMessages, now: Date.now },
      player: (sid) => room.players.peek().find((player) => player.sid === sid),
      reject: (reason) => room.reject(reason),
    });
    const listen = <K extends ZoneKind>(kind: K) =>
      messages.on(kind, (data, from) => this.handlers[kind](data, from, zone));
    for (const kind of KINDS) listen(kind);
    this.#zones.set(zone, { hub, messages });
    hub.join({}).then(
      () => this.#zones.has(zone) && this.entered(zone),
      () => {
        // The client joins again when it reconnects; a hub that cannot be joined stays silent.
      },
    );
  }

  #leave(zone: string, { hub, messages }: Zone): void {
    this.#zones.delete(zone);
    messages.close();
    hub.leave().catch(() => {
      // Not connected: the relay forgets the membership with the session.
    });
  }
}
