import type { Answers, AnyHandler } from "./answers.ts";
import type { AskOptions } from "./api.ts";
import { ask } from "./calls.ts";
import { type Data, isData, numberFrom } from "./data.ts";
import { faultBecause, faultFrom, ownFault } from "./fault.ts";
import type { Wire } from "./host.ts";
import { type Incoming, incomingOf, messageVerb } from "./message.ts";
import type { AnyOptions } from "./options.ts";
import { Outbox } from "./outbox.ts";
import { Outcome } from "./outcome.ts";
import { ClientRoom } from "./room.ts";
import { checked } from "./schema.ts";
import { Session } from "./session.ts";
import { Place } from "./target.ts";
import type { Watches } from "./watches.ts";

/** What an application holds: the session, and all that goes over it. */
export class AchexClient extends Session {
  readonly wire: Wire = this;
  clockOffset = 0;
  readonly #outbox = new Outbox(this);
  readonly #rooms = new Map<string, ClientRoom>();
  /** Loaded when they are first used. */
  #answers: Promise<Answers> | undefined;
  #watches: Promise<Watches> | undefined;

  constructor(url: string, options: AnyOptions) {
    super(url, options);
    this.start();
  }

  to(to: string | readonly string[]): Place {
    return this.#place({ to });
  }

  session(toS: number | readonly number[]): Place {
    return this.#place({ toS });
  }

  hub(name: string): ClientRoom {
    return this.#room("hub", name);
  }

  broadcast(name: string): ClientRoom {
    return this.#room("broadcast", name);
  }

  ask(whom: string | number, request: object, options: AskOptions<Data> = {}): Promise<Data> {
    const address = typeof whom === "number" ? { toS: whom } : { to: whom };
    return ask(this, this.#outbox, address, request, options, this.schemas.services?.[whom]);
  }

  handle(name: string | AnyHandler, handler?: AnyHandler): () => void {
    this.#answers ??= import("./answers.ts").then(({ Answers }) => new Answers(this, this.schemas, this.options.name));
    const loading = this.#answers;
    this.asked = (call, incoming) => void loading.then((answers) => answers.called(call, incoming));
    const off = loading.then((answers) => answers.handle(name, handler));
    off.catch((error) => this.fault(faultBecause(error, "failed")));
    return () => void off.then((end) => end()).catch(() => {});
  }

  watch(...names: string[]): Promise<readonly string[]> {
    const outcome = Outcome.open<readonly string[]>(this.fault);
    this.#watches ??= import("./watches.ts").then(({ Watches }) => new Watches(this));
    this.#watches.then((watches) => watches.watch(names, outcome)).catch(outcome.reject);
    return outcome;
  }

  unwatch(...names: string[]): void {
    void this.#watches?.then((watches) => watches.unwatch(names));
  }

  latency(): Promise<number> {
    const outcome = Outcome.open<number>(this.fault);
    this.ready().then(() => this.measure(outcome), outcome.reject);
    return outcome;
  }

  async drain(): Promise<void> {
    await this.#outbox.idle();
    await (await this.#answers)?.idle();
  }

  close(): void {
    this.stop(ownFault("closed"));
  }

  frame(frame: Data, bytes: Uint8Array | undefined): void {
    const verb = messageVerb(frame);
    const incoming = verb && incomingOf(frame, bytes, verb);
    const { $call, $answer, $fault, leftHub } = incoming?.data ?? frame;
    // To the original protocol these are payload like any other.
    if (incoming && (this.old || !(isData($call) || isData($answer)))) this.#message(incoming);
    else if (isData($answer)) this.answers.get(numberFrom($answer.id) ?? -1)?.($answer, incoming);
    // The server cancels in the name of the caller.
    else if (isData($call)) this.#called($call, incoming ?? incomingOf(frame, bytes, ["toS", "session"]));
    else if (isData($fault)) this.fault(faultFrom($fault));
    else {
      // The presence of a room is told in an object of its own.
      const { hub = leftHub, bc } = Object.values(frame).find(isData) ?? {};
      this.#rooms.get(bc === undefined ? `hub ${hub}` : `broadcast ${bc}`)?.told(frame);
      this.watched?.(frame);
    }
  }

  #place(address: Data): Place {
    return new Place(this, this.#outbox, address, this.schemas.direct);
  }

  #room(kind: "hub" | "broadcast", name: string): ClientRoom {
    const key = `${kind} ${name}`;
    let room = this.#rooms.get(key);
    if (!room) {
      room = new ClientRoom(this, this.#outbox, kind, name, this.schemas[`${kind}s`]?.[name]);
      this.#rooms.set(key, room);
    }
    return room;
  }

  #called(call: Data, incoming: Incoming): void {
    const goesOn = "data" in call || "end" in call;
    const stream = goesOn || "stream" in call;
    const taker = stream ? this.streamed : this.asked;
    taker?.(call, incoming);
    if ("cancel" in call) this.streamed?.(call, incoming);
    // Of several sessions of one name, another may have a handler, and the first fault would end the call for it, too.
    else if (!taker && !goesOn && (stream || incoming.channel.kind === "session")) this.refuse(incoming.sid, call.id);
  }

  #message({ data, from, sid, channel, bytes }: Incoming): void {
    const rooms = [...new Set(channel.names)].map((name) => this.#rooms.get(`${channel.kind} ${name}`));
    const isRoom = channel.kind === "hub" || channel.kind === "broadcast";
    try {
      const schema = isRoom ? rooms.find((room) => room?.schema)?.schema : this.schemas.direct;
      const fit = checked(schema, data, `message from ${from}`);
      const reply = (answer: object) => this.session(sid).send(answer);
      const message = { data: isData(fit) ? fit : data, from, sid, channel, bytes, reply };
      for (const room of rooms) room?.heard(message);
      this.emit("message", message);
    } catch (error) {
      this.fault(faultBecause(error, "invalid"));
    }
  }

  protected measure(outcome?: Outcome<number>): void {
    const asked = this.clock.now();
    this.control({ $time: true }, ({ time }, fault) => {
      const now = this.clock.now();
      const milliseconds = now - asked;
      outcome?.end(milliseconds, fault);
      if (fault) return;
      if (typeof time === "number") this.clockOffset = Math.round(time - (asked + now) / 2);
      this.emit("latency", { milliseconds, clockOffset: this.clockOffset });
    });
  }
}
