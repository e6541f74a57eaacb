import type { Question } from "./api.ts";
import { Fault, ownFault } from "./fault.ts";
import { messageFrame } from "./frames.ts";
import type { ClientInternals } from "./internals.ts";
import { type Data, isData } from "./json.ts";
import type { LifecycleListener } from "./lifecycle.ts";
import type { Incoming } from "./message.ts";
import { type AnySchemas, type StandardSchema, validated } from "./schema.ts";

export type AnyHandler = (request: Data, question: Question<Data>) => unknown;

/** Runs the handlers for the questions this client is asked. */
export class CallHandlers implements LifecycleListener {
  readonly #handlers = new Map<string, AnyHandler>();
  readonly #running = new Map<string, AbortController>();
  readonly #runs = new Set<Promise<void>>();

  readonly #internals: ClientInternals;
  readonly #schemas: AnySchemas;
  readonly #ownName: string;

  /** `ownName` is the name that questions to the session itself are for. */
  constructor(internals: ClientInternals, schemas: AnySchemas, ownName = "") {
    this.#internals = internals;
    this.#schemas = schemas;
    this.#ownName = ownName;
    internals.session.lifecycle.add("restore", this);
  }

  /** Without a name it takes every question that no other handler takes. */
  handle(name: string | AnyHandler, named?: AnyHandler): () => void {
    const [key, handler] = typeof name === "string" ? [name, named] : ["", name];
    if (!handler) throw new TypeError("A name and no handler.");
    this.#handlers.set(key, handler);
    this.#internals.calls.onQuestion = (call, incoming) => this.#called(call, incoming);
    return () => {
      if (this.#handlers.get(key) === handler) this.#handlers.delete(key);
    };
  }

  closed(): void {
    this.dropped();
  }

  /** A call ends with the connection it came by. */
  dropped(): void {
    for (const controller of this.#running.values()) controller.abort();
    this.#running.clear();
  }

  /** Resolves when no handler runs. */
  async idle(): Promise<void> {
    await Promise.all(this.#runs);
  }

  #called(call: Data, incoming: Incoming): void {
    const { sid, channel } = incoming;
    this.#running.get(`${sid} ${call.cancel}`)?.abort();
    if (typeof call.id !== "number") return;
    const name = channel.kind === "name" ? (channel.names[0] ?? "") : this.#ownName;
    const handler = this.#handlers.get(name) ?? this.#handlers.get("");
    if (handler) {
      const run = this.#run(handler, name, call.id, incoming).finally(() => this.#runs.delete(run));
      this.#runs.add(run);
    } else if (channel.kind === "session") this.#internals.calls.decline(sid, call.id);
  }

  async #run(handler: AnyHandler, name: string, id: number, incoming: Incoming): Promise<void> {
    const { sid, from } = incoming;
    const { $call: _, ...data } = incoming.data;
    const schemas = this.#schemas.services?.[name] ?? {};
    const controller = new AbortController();
    const { signal } = controller;
    const key = `${sid} ${id}`;
    this.#running.set(key, controller);
    const progress = (more: Data) => {
      if (!signal.aborted) this.#answer(sid, id, outgoing(schemas.progress, more, "progress"), { more: true });
    };
    try {
      const request = objectFrom(validated(schemas.request, data, `request to ${name}`));
      const answer = await handler(request, { from, sid, signal, progress });
      if (!signal.aborted) this.#answer(sid, id, outgoing(schemas.answer, answer ?? {}, "answer"), {});
    } catch (error) {
      if (signal.aborted) return;
      // Errors of the program are for those who run the service; only a Fault is meant for the asker.
      const fault = error instanceof Fault ? error : ownFault("failed");
      if (fault !== error) this.#internals.report(ownFault("failed", `The handler of ${name}: ${error}`, error));
      const { code, message, retry } = fault;
      this.#answer(sid, id, {}, { fault: { code, message, ...(retry && { retry }) } });
    } finally {
      if (this.#running.get(key) === controller) this.#running.delete(key);
    }
  }

  #answer(sid: number, id: number, data: Data, rest: Data): void {
    const { session, report } = this.#internals;
    session.control(messageFrame({ toS: sid }, data, { $answer: { id, ...rest } }), (_, fault, dropped) => {
      // That the asker has left or cancelled is nobody's fault.
      if (fault && !dropped && fault.code !== "no-such-call") report(fault);
    });
  }
}

const objectFrom = (value: unknown): Data => {
  if (isData(value)) return value;
  throw ownFault("bad-payload", "It is no object.");
};

/** What the handler returns. If it does not fit, that is no fault of the asker but an error like any other in the handler. */
function outgoing(schema: StandardSchema | undefined, value: unknown, what: string): Data {
  try {
    return messageFrame({}, objectFrom(validated(schema, value, what)));
  } catch (cause) {
    throw new TypeError(cause instanceof Fault ? cause.message : String(cause), { cause });
  }
}
