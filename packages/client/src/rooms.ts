import { type Data, isData } from "./data.ts";
import type { Fault } from "./fault.ts";
import type { Host } from "./host.ts";
import type { Message } from "./message.ts";
import type { Outbox } from "./outbox.ts";
import { ClientRoom } from "./room.ts";
import type { StandardSchema } from "./schema.ts";

export interface RoomSchemas {
  readonly hubs?: Readonly<Record<string, StandardSchema | undefined>>;
  readonly broadcasts?: Readonly<Record<string, StandardSchema | undefined>>;
}

type Kind = "hub" | "broadcast";

const PRESENCE = ["$roster", "$joined", "$left", "$changed", "$count"];

/** The hubs and broadcasts of a client, one object for each name. */
export class Rooms {
  readonly #rooms = new Map<string, ClientRoom>();

  readonly #host: Host;
  readonly #outbox: Outbox;
  readonly #schemas: RoomSchemas;

  constructor(host: Host, outbox: Outbox, schemas: RoomSchemas) {
    this.#host = host;
    this.#outbox = outbox;
    this.#schemas = schemas;
  }

  get(kind: Kind, name: string): ClientRoom {
    const key = `${kind}:${name}`;
    let room = this.#rooms.get(key);
    if (!room) {
      room = new ClientRoom(this.#host, this.#outbox, kind, name, this.#schemas[`${kind}s`]?.[name]);
      this.#rooms.set(key, room);
    }
    return room;
  }

  /** The schema of the first that has one. */
  schema(kind: Kind, names: readonly string[]): StandardSchema | undefined {
    const schemas = this.#schemas[`${kind}s`];
    return names.map((name) => schemas?.[name]).find((schema) => schema);
  }

  heard(message: Message): void {
    const { kind, names } = message.channel;
    for (const name of new Set(names)) this.#rooms.get(`${kind}:${name}`)?.heard(message);
  }

  /** Something about the members of a room; false when it is nothing of the kind. */
  told(frame: Data): boolean {
    const about = PRESENCE.map((key) => frame[key]).find(isData);
    const hub = about ? about.hub : frame.leftHub;
    this.#rooms.get(hub === undefined ? `broadcast:${about?.bc}` : `hub:${hub}`)?.told(frame);
    return about !== undefined || hub !== undefined;
  }

  restore(): void {
    for (const room of this.#rooms.values()) room.restore();
  }

  stop(fault: Fault): void {
    for (const room of this.#rooms.values()) room.stop(fault);
  }
}
