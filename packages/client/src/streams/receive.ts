import type { Client } from "../api.ts";
import type { Data } from "../data.ts";
import { type Fault, ownFault } from "../fault.ts";
import type { Wire } from "../host.ts";
import type { Incoming } from "../message.ts";
import { Receiver } from "./receiver.ts";

export interface IncomingStream {
  readonly from: string;
  readonly sid: number;
  /** What the sender says it is. */
  readonly meta: Data;
  /** Errors with a Fault when the stream is cut or given up. Reading it is what lets the sender go on. */
  readonly readable: ReadableStream<Uint8Array>;
  /** Tells the sender something as it begins; without it, the stream is accepted when the handler has returned. */
  accept(reply: object): void;
}

export type StreamHandler = (stream: IncomingStream) => unknown;

interface Entry {
  readonly handler: StreamHandler;
  readonly wants: (meta: Data) => boolean;
}

/** The streams of one client. */
class Inlet {
  readonly entries: Entry[] = [];
  readonly #wire: Wire;
  readonly #open = new Map<string, Receiver>();

  constructor(wire: Wire) {
    this.#wire = wire;
    wire.streamed = (call, incoming) => this.#take(call, incoming);
    wire.parts.add({ down: () => this.#cut(ownFault("unknown")), stop: (fault) => this.#cut(fault) });
  }

  #take(call: Data, incoming: Incoming): void {
    const key = `${incoming.sid} ${call.id ?? call.cancel}`;
    const receiver = this.#open.get(key);
    if ("cancel" in call) receiver?.cancelled();
    else if (call.data === true) receiver?.data(incoming.bytes ?? new Uint8Array());
    else if (call.end === true) receiver?.end(incoming.data.size);
    else if (call.stream === true) this.#begin(key, call, incoming);
  }

  #begin(key: string, { id }: Data, incoming: Incoming): void {
    const { $call: _, ...meta } = incoming.data;
    const entry = this.entries.findLast(({ wants }) => wants(meta));
    if (typeof id !== "number" || !entry) {
      this.#wire.refuse(incoming.sid, id);
      return;
    }
    const receiver = new Receiver(this.#wire, incoming.sid, id, () => this.#open.delete(key));
    this.#open.set(key, receiver);
    const { from, sid } = incoming;
    const { readable } = receiver;
    receiver.run(() => entry.handler({ from, sid, meta, readable, accept: (reply) => receiver.accept(reply) }));
  }

  #cut(fault: Fault): void {
    for (const receiver of [...this.#open.values()]) receiver.fail(fault);
  }
}

const inlets = new WeakMap<Wire, Inlet>();

/** As onStream, for the streams whose `meta` it wants. */
export function onStreamOf(wire: Wire, wants: (meta: Data) => boolean, handler: StreamHandler): () => void {
  let inlet = inlets.get(wire);
  if (!inlet) {
    inlet = new Inlet(wire);
    inlets.set(wire, inlet);
  }
  const { entries } = inlet;
  const entry = { wants, handler };
  entries.push(entry);
  return () => {
    const place = entries.indexOf(entry);
    if (place >= 0) entries.splice(place, 1);
  };
}

/**
 * Takes the streams that are opened to this client; the last handler added gets them. When its promise has resolved and all
 * has come, the sender is told so; when it rejects, the sender's stream fails. Returns its own off.
 */
export function onStream<C>(client: Client<C>, handler: StreamHandler): () => void {
  return onStreamOf(client.wire, () => true, handler);
}
