import type { Room } from "@achex/client";
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import * as v from "valibot";
import { LOBBY, type Phase, phaseSchema } from "./phase.ts";
import { type Player, playersFrom } from "./players.ts";
import { emptySeats, type Seats, seatOf, seatsSchema } from "./seats.ts";

type Data = Record<string, unknown>;

/** What the shared parts publish as the host. */
export interface OwnValues {
  readonly seats?: Seats;
  readonly phase?: Phase;
  readonly open?: boolean;
}

export const ownSchemas = { phase: phaseSchema, seats: seatsSchema, open: v.boolean() };

const isSeats = (value: unknown): value is Seats => v.is(seatsSchema, value);
const isPhase = (value: unknown): value is Phase => v.is(phaseSchema, value);
const isBoolean = (value: unknown): value is boolean => typeof value === "boolean";

export interface RoomViewOptions {
  readonly hub: Room<Data, Data>;
  readonly myId: string;
  /** Number of seats of the game. */
  readonly seats: number;
  /** What the host has published. */
  readonly values: ReadonlySignal<ReadonlyMap<string, unknown>>;
  mySid(): number | undefined;
}

/** Who is in a room, with which seats, and which round is played: signals that follow the members and what the host has published. */
export class RoomView {
  readonly players: ReadonlySignal<readonly Player[]>;
  readonly me: ReadonlySignal<Player | undefined>;
  readonly host: ReadonlySignal<Player | undefined>;
  readonly isHost: ReadonlySignal<boolean>;
  readonly seats: ReadonlySignal<Seats>;
  readonly phase: ReadonlySignal<Phase>;
  readonly isOpen: ReadonlySignal<boolean>;
  readonly isElsewhere: ReadonlySignal<boolean>;
  readonly #version = signal(0);

  constructor({ hub, myId, seats, values, mySid }: RoomViewOptions) {
    const publishedAs = <T>(key: string, isValid: (found: unknown) => found is T, otherwise: T): ReadonlySignal<T> =>
      computed(() => {
        const found = values.value.get(key);
        return isValid(found) ? found : otherwise;
      });
    const none = emptySeats(seats);
    const published = publishedAs("seats", isSeats, none);
    this.seats = computed(() => (published.value.length === seats ? published.value : none));
    this.phase = publishedAs("phase", isPhase, LOBBY);
    this.isOpen = publishedAs("open", isBoolean, false);
    this.players = computed(() => {
      this.#version.value;
      const { members, host } = hub;
      return playersFrom({ members, host, seats: this.seats.value, mySid: mySid(), round: this.phase.value.round });
    });
    this.me = computed(() => this.players.value.find(({ isMe }) => isMe));
    this.host = computed(() => this.players.value.find((player) => player.isHost));
    this.isHost = computed(() => {
      this.#version.value;
      return hub.isHost;
    });
    this.isElsewhere = computed(() => {
      const seat = this.seats.value[seatOf(this.seats.value, myId)];
      const others = this.players.value.filter(({ isMe }) => !isMe);
      return seat !== null && others.some(({ sid }) => sid === seat?.sid);
    });
  }

  /** To be called when the members, the host or the connection have changed, which are not signals. */
  update(): void {
    this.#version.value++;
  }
}
