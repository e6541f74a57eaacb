import type { Answers } from "./answers.ts";
import type { ClientEvents } from "./api.ts";
import { type Data, isData, numberFrom } from "./data.ts";
import type { Emitter } from "./emitter.ts";
import { type Fault, faultBecause, faultFrom } from "./fault.ts";
import { type Delivery, type Incoming, incomingOf } from "./message.ts";
import type { Rooms } from "./rooms.ts";
import { checked, type StandardSchema } from "./schema.ts";
import type { Watches } from "./watches.ts";
import type { ClientWire } from "./wire.ts";

export interface DispatchParts {
  readonly wire: ClientWire;
  readonly dialect: string;
  readonly direct: StandardSchema | undefined;
  readonly events: Emitter<ClientEvents<Record<never, never>>>;
  answers(): Promise<Answers> | undefined;
  readonly rooms: Rooms;
  watches(): Promise<Watches> | undefined;
  reply(sid: number, data: object): Promise<Delivery>;
}

const SERVER = { kind: "session", names: [] } as const;

/** Where a frame of the server goes that replies to nothing. */
export class Dispatch {
  readonly #parts: DispatchParts;

  constructor(parts: DispatchParts) {
    this.#parts = parts;
  }

  take(frame: Data, bytes: Uint8Array | undefined): void {
    const incoming = incomingOf(frame, bytes);
    const { $call, $answer } = incoming?.data ?? {};
    if (!incoming) this.#told(frame);
    // To the original protocol these are payload like any other.
    else if (this.#parts.dialect !== "achex.2") this.#message(incoming);
    else if (isData($answer)) this.#parts.wire.answered($answer, incoming);
    else if (isData($call)) this.#called($call, incoming);
    else this.#message(incoming);
  }

  #called(call: Data, incoming: Incoming): void {
    const { wire } = this.#parts;
    const stream = "stream" in call || "data" in call || "end" in call;
    const handlers = stream ? undefined : this.#parts.answers();
    void handlers?.then((those) => those.called(call, incoming));
    if (stream || "cancel" in call) wire.streams?.(call, incoming);
    const opens = "id" in call && !("data" in call || "end" in call);
    // Of several sessions of one name, another may have a handler, and the first fault would end the call for it, too.
    const alone = incoming.channel.kind === "session" || "stream" in call;
    if (opens && alone && !(stream ? wire.streams : handlers)) wire.refuse(incoming.sid, call.id);
  }

  #message({ data, from, sid, channel, bytes }: Incoming): void {
    const { wire, rooms, events, direct } = this.#parts;
    const room = channel.kind === "hub" || channel.kind === "broadcast" ? channel.kind : undefined;
    let payload: unknown;
    try {
      payload = checked(room ? rooms.schema(room, channel.names) : direct, data, `message from ${from}`);
    } catch (error) {
      wire.fault(faultBecause(error, "invalid"));
      return;
    }
    const message = {
      data: isData(payload) ? payload : data,
      ...{ from, sid, channel },
      bytes,
      reply: (answer: object) => this.#parts.reply(sid, answer),
    };
    if (room) rooms.heard(message);
    events.emit("message", message);
  }

  /** From the server itself. What is not known here is left alone: it may be of a later version. */
  #told(frame: Data): void {
    const { wire, rooms, watches } = this.#parts;
    const { $online, $offline, $answer, $call } = frame;
    const sid = numberFrom(frame.sID) ?? 0;
    if (rooms.told(frame)) return;
    void watches()?.then((those) => those.told($online, $offline));
    if (isData($answer)) wire.answered($answer);
    else if (isData($call)) this.#called($call, { from: "", sid, channel: SERVER, data: {}, bytes: undefined });
    else if (isData(frame.$fault)) wire.fault(unasked(frame.$fault));
  }
}

/** The server sends one of these a second at most and counts the others (PROTOCOL.md R8). */
function unasked(fault: Data): Fault {
  const more = numberFrom(fault.more);
  return more ? faultFrom({ ...fault, message: `${fault.message} And ${more} more.` }) : faultFrom(fault);
}
