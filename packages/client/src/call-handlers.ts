import type { Call } from "./api.ts";
import { isDelay, startDeadline } from "./clock.ts";
import { Fault, ownFault } from "./fault.ts";
import { messageFrame } from "./frames.ts";
import type { ClientInternals } from "./internals.ts";
import { type Data, isData } from "./json.ts";
import type { LifecycleListener } from "./lifecycle.ts";
import type { Incoming } from "./message.ts";
import { type AnySchemas, entryFor, type StandardSchema, validated } from "./schema.ts";

export type AnyHandler = (request: Data, call: Call<Data>) => unknown;

/** Runs the handlers for the questions this client is asked. */
export class CallHandlers implements LifecycleListener {
  readonly #handlers = new Map<string, AnyHandler>();
  readonly #running = new Map<string, AbortController>();
  readonly #runs = new Set<Promise<void>>();
  readonly #internals: ClientInternals;
  readonly #schemas: AnySchemas;

  constructor(internals: ClientInternals, schemas: AnySchemas) {
    this.#internals = internals;
    this.#schemas = schemas;
    internals.calls.onCall = (call, incoming) => this.#called(call, incoming);
    internals.session.lifecycle.add("restore", this);
  }

  /** Without a name, it answers every question that has no other handler. */
  handle(name: string | AnyHandler, named?: AnyHandler): () => void {
    const [key, handler] = typeof name === "function" ? ["", name] : [name, named];
    if (typeof key !== "string" || typeof handler !== "function")
      throw ownFault("invalid", "handle() takes a function.");
    this.#handlers.set(key, handler);
    return () => {
      if (this.#handlers.get(key) === handler) this.#handlers.delete(key);
    };
  }

  /**
   * Gives up the names, so that the server sends questions to other instances. From then on, questions to the session id are
   * declined.
   */
  retire(): Promise<void> {
    return new Promise((resolve) => {
      this.#internals.session.control({ $retire: true }, () => {
        this.#handlers.clear();
        resolve();
      });
    });
  }

  closed(): void {
    this.dropped();
  }

  /** Ends all calls, because a call ends with the connection on which it arrived. */
  dropped(): void {
    for (const controller of this.#running.values()) controller.abort();
    this.#running.clear();
  }

  /** Resolves when `first` has, no handler runs and all answers are confirmed, or after so many milliseconds. */
  async idle(timeout?: number, first?: Promise<void>): Promise<void> {
    let late = false;
    let cancel = () => {};
    const deadline = new Promise<void>((resolve) => {
      if (!isDelay(timeout)) return;
      cancel = startDeadline(this.#internals.session.clock, timeout, () => {
        late = true;
        resolve();
      });
    });
    await Promise.race([first, deadline]);
    // Other handlers may have started in the meantime.
    while (this.#runs.size > 0 && !late) await Promise.race([Promise.all(this.#runs), deadline]);
    cancel();
  }

  #called(call: Data, incoming: Incoming): void {
    const { sid } = incoming;
    this.#running.get(`${sid} ${call.cancel}`)?.abort();
    if (typeof call.id !== "number") return;
    const name = this.#handledName(incoming);
    const handler = this.#handlers.get(name);
    if (handler) {
      const run = this.#run(handler, name, call.id, incoming).finally(() => this.#runs.delete(run));
      this.#runs.add(run);
    } else this.#internals.calls.decline(sid, call.id);
  }

  /**
   * The name whose handler answers a call: the name that was called, or this client's own if its idtag or session id was
   * called.
   */
  #handledName({ channel }: Incoming): string {
    const { service, name } = this.#internals.session.identity;
    const asked = channel.kind === "name" ? channel.names[0] : undefined;
    return [asked, service, name].find((one) => one !== undefined && this.#handlers.has(one)) ?? "";
  }

  async #run(handler: AnyHandler, name: string, id: number, incoming: Incoming): Promise<void> {
    const { sid, from } = incoming;
    const { $call: _, ...data } = incoming.data;
    const { service, name: ownName = "" } = this.#internals.session.identity;
    const schemas = entryFor(this.#schemas.services, name || (service ?? ownName)) ?? {};
    const controller = new AbortController();
    const { signal } = controller;
    const key = `${sid} ${id}`;
    this.#running.set(key, controller);
    const progress = (more: Data) => {
      if (!signal.aborted) void this.#answer(sid, id, outgoing(schemas.progress, more, "progress"), { more: true });
    };
    try {
      const request = objectFrom(validated(schemas.request, data, `request to ${name || ownName}`));
      const answer = await handler(request, { from, sid, signal, progress });
      if (!signal.aborted) await this.#answer(sid, id, outgoing(schemas.answer, answer ?? {}, "answer"), {});
    } catch (error) {
      if (signal.aborted) return;
      // Other errors may contain internal details, so they are reported locally. Only a Fault is sent to the caller.
      const fault = error instanceof Fault ? error : ownFault("failed");
      if (fault !== error)
        this.#internals.report(ownFault("failed", `The handler of ${name || ownName}: ${error}`, error));
      await this.#fail(sid, id, fault);
    } finally {
      if (this.#running.get(key) === controller) this.#running.delete(key);
    }
  }

  #fail(sid: number, id: number, { code, message, retry }: Fault): Promise<void> {
    return this.#answer(sid, id, {}, { fault: { code, message, ...(retry && { retry }) } });
  }

  /** Resolves when the server has replied, or the connection dropped. */
  #answer(sid: number, id: number, data: Data, rest: Data): Promise<void> {
    const { session, report } = this.#internals;
    return new Promise((resolve) => {
      session.control(messageFrame({ toS: sid }, data, { $answer: { id, ...rest } }), (_, fault, dropped) => {
        resolve();
        // The caller has disconnected or cancelled, so there is nothing to report.
        if (!fault || dropped || fault.code === "no-such-call") return;
        report(fault);
        // Otherwise the caller would wait for an answer that this client could not send.
        if (!("more" in rest || "fault" in rest))
          void this.#fail(sid, id, ownFault("failed", `The answer could not be sent: ${fault.code}.`));
      });
    });
  }
}

const objectFrom = (value: unknown): Data => {
  if (isData(value)) return value;
  throw ownFault("bad-payload", "Not an object.");
};

/** The handler's result. If it does not match the schema, that is an error of the handler, not a fault of the caller. */
function outgoing(schema: StandardSchema | undefined, value: unknown, what: string): Data {
  try {
    return messageFrame({}, objectFrom(validated(schema, value, what)));
  } catch (cause) {
    throw new TypeError(cause instanceof Fault ? cause.message : String(cause), { cause });
  }
}
