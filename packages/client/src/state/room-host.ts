import { type Data, dataFrom, isData, numberFrom, textFrom } from "../json.ts";
import type { Host, RoomEvents, RoomOptions } from "../room-api.ts";

type Emit = <E extends "host" | "options">(type: E, event: RoomEvents<Data>[E]) => void;

/** Host, term and options of a room, from its `$room` and `$host` frames. Malformed frames are ignored. */
export class RoomHost {
  host: Host | undefined;
  term = 0;
  options: RoomOptions = {};
  readonly #emit: Emit;
  readonly #isHost: (host: Host | undefined) => boolean;

  constructor(emit: Emit, isHost: (host: Host | undefined) => boolean) {
    this.#emit = emit;
    this.#isHost = isHost;
  }

  received({ $room, $host }: Data): void {
    if (isData($host)) this.#named($host, $host.term);
    if (!isData($room)) return;
    this.#named($room.host, $room.term);
    const options = Object.freeze(optionsFrom($room.options));
    if (JSON.stringify(options) === JSON.stringify(this.options)) return;
    this.options = options;
    this.#emit("options", options);
  }

  clear(): void {
    this.options = {};
    if (this.term > 0) this.#named(undefined, 0);
  }

  #named(host: unknown, newTerm: unknown): void {
    const { name, sid } = dataFrom(host);
    const term = numberFrom(newTerm) ?? this.term;
    if (sid === this.host?.sid && term === this.term) return;
    this.host = typeof sid === "number" ? { name: textFrom(name), sid } : undefined;
    this.term = term;
    this.#emit("host", { host: this.host, term, isHost: this.#isHost(this.host) });
  }
}

/** Grace in milliseconds, like all durations of the client; on the wire in seconds. 0 means no limit, so it is left out. */
function optionsFrom(value: unknown): RoomOptions {
  const { capacity, seats, password, closed, grace } = dataFrom(value);
  return {
    ...(typeof capacity === "number" && capacity > 0 && { capacity }),
    ...(typeof seats === "number" && { seats }),
    ...(typeof password === "boolean" && { password }),
    ...(typeof closed === "boolean" && { closed }),
    ...(typeof grace === "number" && { grace: grace * 1_000 }),
  };
}
