import { type Client, connect, type Room } from "@achex/client/full";
import type { BenchPlayer } from "./driver.ts";

type Data = Record<string, unknown>;

export interface Traffic {
  frames: number;
  bytes: number;
}

/** What all players of a kind of game have sent and received. */
export interface Meter {
  readonly sent: Traffic;
  readonly received: Traffic;
}

export const newMeter = (): Meter => ({ sent: { frames: 0, bytes: 0 }, received: { frames: 0, bytes: 0 } });

class Player implements BenchPlayer {
  readonly client: Client<object>;
  readonly room: Room<Data, Data>;
  readonly #handlers = new Map<string, (data: unknown, from: number) => void>();
  readonly #sids: readonly (number | undefined)[];

  constructor(url: string, name: string, hub: string, sids: readonly (number | undefined)[], meter: Meter) {
    this.#sids = sids;
    this.client = connect(url, {
      name,
      observe(direction, frame) {
        const traffic = direction === "out" ? meter.sent : meter.received;
        traffic.frames++;
        traffic.bytes += frame.length;
      },
    });
    this.room = this.client.hub(hub);
    this.room.on("message", (message) => this.#received(message));
    this.client.on("message", (message) => message.kind === "session" && this.#received(message));
  }

  send(k: string, d: object, { latest, to }: { readonly latest?: string; readonly to?: number } = {}): void {
    const options = { confirm: false, ...(latest !== undefined && { latest }) };
    const sid = to === undefined ? undefined : this.#sids[to];
    if (sid === undefined) void this.room.send({ k, d }, options);
    else void this.client.session(sid).send({ k, d }, options);
  }

  publish(values: Readonly<Record<string, unknown>>): void {
    void this.room.state.set(values, { term: this.room.term });
  }

  on(kind: string, handle: (data: unknown, from: number) => void): void {
    this.#handlers.set(kind, handle);
  }

  #received({ data: { k, d }, sid }: { readonly data: Data; readonly sid: number }): void {
    if (typeof k === "string") this.#handlers.get(k)?.(d, this.#sids.indexOf(sid));
  }
}

export interface Party {
  readonly players: readonly BenchPlayer[];
  close(): void;
}

/** Players of one game in a room of their own. */
export async function startParty(url: string, hub: string, count: number, meter: Meter): Promise<Party> {
  const sids: (number | undefined)[] = [];
  const players = Array.from({ length: count }, (_, i) => new Player(url, `${hub}-${i}`, hub, sids, meter));
  for (const [index, { client, room }] of players.entries()) {
    await room.join({ presence: true, state: true });
    sids[index] = client.sid;
  }
  return {
    players,
    close() {
      for (const { client } of players) client.close();
    },
  };
}
