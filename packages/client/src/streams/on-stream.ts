import type { Client } from "../api.ts";
import { type Fault, ownFault } from "../fault.ts";
import type { ClientInternals } from "../internals.ts";
import type { Data } from "../json.ts";
import { type Incoming, ownPayload } from "../message.ts";
import { StreamReceiver } from "./stream-receiver.ts";

export interface IncomingStream {
  readonly from: string;
  readonly sid: number;
  /** Description given by the sender. */
  readonly meta: Data;
  /** Fails with a Fault when the session ends or the sender gives up. The sender can only continue while you read. */
  readonly readable: ReadableStream<Uint8Array>;
  /** Accepts the stream and replies to the sender before the first byte. Without a call, the stream is accepted when the handler returns. */
  accept(reply: object): void;
}

export type StreamHandler = (stream: IncomingStream) => unknown;

interface Entry {
  readonly handler: StreamHandler;
  readonly wants: (meta: Data) => boolean;
}

/** Passes the streams that peers open to a client to its handlers. */
class StreamRouter {
  readonly entries: Entry[] = [];
  readonly #internals: ClientInternals;
  readonly #open = new Map<string, StreamReceiver>();

  constructor(internals: ClientInternals) {
    this.#internals = internals;
    internals.calls.onStream = (call, incoming) => this.#called(call, incoming);
    internals.session.lifecycle.add("flush", {
      dropped: () => this.#failAll(ownFault("unknown")),
      closed: (fault) => this.#failAll(fault),
    });
  }

  #called(call: Data, incoming: Incoming): void {
    const key = `${incoming.sid} ${call.id ?? call.cancel}`;
    const receiver = this.#open.get(key);
    if ("cancel" in call) receiver?.cancelled();
    else if (call.data === true) receiver?.data(incoming.bytes ?? new Uint8Array());
    else if (call.end === true) receiver?.end(ownPayload(incoming));
    else if (call.stream === true) this.#begin(key, call, incoming);
  }

  #begin(key: string, { id }: Data, incoming: Incoming): void {
    const { $call: _, ...meta } = ownPayload(incoming);
    const entry = this.entries.findLast(({ wants }) => wants(meta));
    if (typeof id !== "number" || !entry) {
      this.#internals.calls.decline(incoming.sid, id);
      return;
    }
    const receiver = new StreamReceiver(this.#internals.session, incoming.sid, id, () => this.#open.delete(key));
    this.#open.set(key, receiver);
    const { from, sid } = incoming;
    const { readable } = receiver;
    receiver.run(() => entry.handler({ from, sid, meta, readable, accept: (reply) => receiver.accept(reply) }));
  }

  #failAll(fault: Fault): void {
    for (const receiver of [...this.#open.values()]) receiver.fail(fault);
  }
}

const routers = new WeakMap<ClientInternals, StreamRouter>();

/** Like onStream, but only for streams whose `meta` it accepts. */
export function onStreamOf(
  internals: ClientInternals,
  wants: (meta: Data) => boolean,
  handler: StreamHandler,
): () => void {
  const router = routers.get(internals) ?? new StreamRouter(internals);
  routers.set(internals, router);
  const { entries } = router;
  const entry = { wants, handler };
  entries.push(entry);
  return () => {
    const place = entries.indexOf(entry);
    if (place >= 0) entries.splice(place, 1);
  };
}

/**
 * Calls the handler for each stream opened to this client; of several handlers, the one added last. The sender's stream closes
 * when the handler's promise has resolved and all bytes have arrived, and fails if it rejects. Returns an unsubscribe function.
 */
export function onStream<C>(client: Client<C>, handler: StreamHandler): () => void {
  return onStreamOf(client.internals, () => true, handler);
}
