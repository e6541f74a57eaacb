import type { Question } from "./api.ts";
import { type Data, isData } from "./data.ts";
import { Fault, ownFault } from "./fault.ts";
import { frameOf } from "./frame.ts";
import type { Part, Wire } from "./host.ts";
import type { Incoming } from "./message.ts";
import type { AnySchemas } from "./options.ts";
import { checked, type StandardSchema } from "./schema.ts";

export type AnyHandler = (request: Data, question: Question<Data>) => unknown;

/** The questions this client is asked. Loaded with the first handler. */
export class Answers implements Part {
  readonly #handlers = new Map<string, AnyHandler>();
  readonly #running = new Map<string, AbortController>();
  readonly #runs = new Set<Promise<void>>();

  readonly #wire: Wire;
  readonly #schemas: AnySchemas;
  readonly #ownName: string;

  /** `ownName` is the name that questions to the session itself are for. */
  constructor(wire: Wire, schemas: AnySchemas, ownName = "") {
    this.#wire = wire;
    this.#schemas = schemas;
    this.#ownName = ownName;
    wire.parts.add(this);
  }

  /** Without a name it stands for all that nobody else takes. */
  handle(name: string | AnyHandler, named?: AnyHandler): () => void {
    const [key, handler] = typeof name === "string" ? [name, named] : ["", name];
    if (!handler) throw new TypeError("A name and no handler.");
    this.#handlers.set(key, handler);
    return () => {
      if (this.#handlers.get(key) === handler) this.#handlers.delete(key);
    };
  }

  called(call: Data, incoming: Incoming): void {
    const { sid, channel } = incoming;
    this.#running.get(`${sid} ${call.cancel}`)?.abort();
    if (typeof call.id !== "number") return;
    const name = channel.kind === "name" ? (channel.names[0] ?? "") : this.#ownName;
    const handler = this.#handlers.get(name) ?? this.#handlers.get("");
    if (handler) {
      const run = this.#run(handler, name, call.id, incoming).finally(() => this.#runs.delete(run));
      this.#runs.add(run);
    } else if (channel.kind === "session") this.#wire.refuse(sid, call.id);
  }

  stop(): void {
    this.down();
  }

  /** A call ends with the connection it came by. */
  down(): void {
    for (const controller of this.#running.values()) controller.abort();
    this.#running.clear();
  }

  /** Resolves when no handler runs. */
  async idle(): Promise<void> {
    await Promise.all(this.#runs);
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
      if (!signal.aborted) this.#answer(sid, id, own(schemas.progress, more, "progress"), { more: true });
    };
    try {
      const request = asked(checked(schemas.request, data, `request to ${name}`));
      const answer = await handler(request, { from, sid, signal, progress });
      if (!signal.aborted) this.#answer(sid, id, own(schemas.answer, answer ?? {}, "answer"), {});
    } catch (error) {
      if (signal.aborted) return;
      // What went wrong inside is for the one who runs the service; only a Fault is meant for the asker.
      const fault = error instanceof Fault ? error : ownFault("failed");
      if (fault !== error) this.#wire.fault(ownFault("failed", `The handler of ${name}: ${error}`, error));
      this.#answer(sid, id, {}, { fault: faultOf(fault) });
    } finally {
      if (this.#running.get(key) === controller) this.#running.delete(key);
    }
  }

  #answer(sid: number, id: number, data: Data, rest: Data): void {
    const $answer = { id, ...rest };
    this.#wire.control(frameOf({ toS: sid }, data, { $answer }), (_, fault, cut) => {
      // That the asker has gone or cancelled is nobody's fault.
      if (fault && !cut && fault.code !== "no-such-call") this.#wire.fault(fault);
    });
  }
}

const faultOf = ({ code, message, retry }: Fault): Data => ({ code, message, ...(retry && { retry }) });

const asked = (value: unknown): Data => {
  if (isData(value)) return value;
  throw ownFault("bad-payload", "It is no object.");
};

/** What the handler gives back. That it does not fit is no fault of the asker, but an error like any other here. */
function own(schema: StandardSchema | undefined, value: unknown, what: string): Data {
  try {
    return frameOf({}, asked(checked(schema, value, what)));
  } catch (cause) {
    throw new TypeError(cause instanceof Fault ? cause.message : String(cause), { cause });
  }
}
