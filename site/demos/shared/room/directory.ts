import type { Member, Room } from "@achex/client";
import { type ReadonlySignal, signal } from "@preact/signals";
import type { GameConnection } from "../connection/game-connection.ts";
import { codeFrom } from "./code.ts";
import { PHASES, type PhaseName } from "./phase.ts";

type Data = Record<string, unknown>;

const HUB = "open-rooms";
const MOST_SEATS = 64;

/** A room that anybody may join. */
export interface OpenRoom {
  readonly code: string;
  readonly players: number;
  readonly seats: number;
  readonly phase: PhaseName;
}

const isCount = (value: unknown): value is number =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= MOST_SEATS;

/** What a host says about its room; undefined if it makes no sense. */
export function openRoomFrom({ attributes, away }: Member): OpenRoom | undefined {
  const code = codeFrom(attributes.code);
  const { players, seats } = attributes;
  const phase = PHASES.find((one) => one === attributes.phase);
  if (away || code === undefined || !isCount(players) || !isCount(seats) || phase === undefined) return undefined;
  return players < seats ? { code, players, seats, phase } : undefined;
}

/** Those that wait for players first, and of these the fullest. A room is listed once. */
export function openRoomsFrom(members: readonly Member[]): readonly OpenRoom[] {
  const rooms = new Map(
    members.flatMap((member) => {
      const room = openRoomFrom(member);
      return room ? [[room.code, room] as const] : [];
    }),
  );
  const rank = ({ phase, players }: OpenRoom) => (phase === "playing" ? 0 : 100) + players;
  return [...rooms.values()].toSorted((one, other) => rank(other) - rank(one));
}

/** The open rooms of a game: a hub whose members are hosts, each with its room as attributes. */
export class Directory {
  readonly rooms: ReadonlySignal<readonly OpenRoom[]>;
  readonly #rooms = signal<readonly OpenRoom[]>([]);
  readonly #hub: Room<Data, Data>;
  #advertised = "";

  constructor({ client }: GameConnection) {
    this.rooms = this.#rooms;
    this.#hub = client.hub(HUB);
    this.#hub.subscribe(() => {
      this.#rooms.value = openRoomsFrom(this.#hub.members);
    });
  }

  /** Follows the list until leave(). Resolves with the present one. */
  async follow(): Promise<readonly OpenRoom[]> {
    await this.#hub.join({ presence: true });
    return this.#rooms.value;
  }

  /** Lists a room, or what has changed in it. */
  advertise(room: OpenRoom): void {
    const text = JSON.stringify(room);
    if (text === this.#advertised && this.#hub.status !== "out") return;
    this.#advertised = text;
    void this.#hub.join({ presence: false, attributes: { ...room } });
  }

  leave(): void {
    this.#advertised = "";
    if (this.#hub.status !== "out") void this.#hub.leave();
  }
}
