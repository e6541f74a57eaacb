import { type Client, connect, type Data, Fault, type Room } from "@achex/client";
import type { Instrument } from "./model.ts";
import { ScpiSessions } from "./scpi/sessions.ts";
import { SettingError } from "./settings.ts";

export interface JoinAddress {
  /** Such as `ws://localhost:4010/instruments`. */
  readonly url: string;
  /** Password of the service that is named after the kind. Without one, the instrument logs in as a user under its id. */
  readonly password?: string | undefined;
}

/** How often physics and captures move on, ms: fifty captures per second. */
const STEP = 20;
/** Characters of an operator's name in an error. */
const MAX_OPERATOR = 32;
/** Physics is not caught up beyond that after a pause of the process, s. */
const LONGEST_STEP = 1;
/** How long until it tries again to describe itself, ms. */
const RETRY = 1_000;

/** The attributes with which an instrument announces itself. */
const attributesOf = ({ description, capture }: Instrument) => {
  const { id, ...rest } = description;
  return { instrument: id, ...rest, ...(capture && { waveform: capture.channels }) };
};

/** An instrument on a relay, as docs/instruments.md describes. */
export class JoinedInstrument implements AsyncDisposable {
  readonly client: Client<object>;
  readonly #room: Room<Data>;
  readonly #control: Room<Data>;
  readonly #waveforms: Room<Data> | undefined;
  readonly #scpi: ScpiSessions;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the next step is due, by performance.now(). */
  #due = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #readings = 0;
  #captures = 0;
  #newest: { readonly bytes: Uint8Array; readonly data: Data } | undefined;
  #nextReading = 0;
  #last = performance.now();
  readonly #start = performance.now();

  constructor(
    readonly instrument: Instrument,
    { url, password }: JoinAddress,
  ) {
    const { id, kind } = instrument.description;
    const login = password === undefined ? { name: id } : { name: kind, passwd: password, service: true, idtag: id };
    // A killed process does not come back to its session. If that session outlived it, its keys would be in the way of the next process.
    this.client = connect(url, { ...login, resume: false });
    this.#room = this.client.hub(`instrument-${id}`);
    this.#control = this.client.hub(`control-${id}`);
    this.#waveforms = instrument.capture && this.client.hub(`waveform-${id}`);
    this.#scpi = new ScpiSessions(instrument);
    this.client.handle(id, (request, { sid }) => this.#answer(request, sid));
  }

  /** Resolves when the instrument has announced itself. Rejects with a Fault if it cannot log in. */
  async start(): Promise<void> {
    await this.client.ready();
    await this.#control.join({ state: true, host: false, presence: true });
    await this.#room.join({ presence: true });
    await this.#waveforms?.join({ presence: true });
    await this.#describe();
    await this.client.hub("instruments").join({ presence: true, attributes: attributesOf(this.instrument) });
    // Its own keys went with the session.
    this.client.on("lost", () => void this.#describeAgain());
    // Those who join while the capture is stopped see what the others see.
    this.#waveforms?.on("joined", () => this.#repeat());
    this.#due = performance.now();
    this.#schedule();
  }

  /** Writes the settings, which pages show. To be called after each change. */
  publishSettings(): void {
    void this.#room.state.set("settings", { ...this.instrument.settings.values }, { own: true });
  }

  async #describe(): Promise<void> {
    const { settings, quantities, interval, actions, capture } = this.instrument;
    const titles = Object.fromEntries(Object.entries(actions).map(([name, { title }]) => [name, { title }]));
    const waveform = capture ? { waveform: { channels: capture.channels, points: capture.points } } : {};
    const description = { settings: settings.values, limits: settings.limits, quantities, interval, actions: titles };
    await this.#room.state.set({ ...description, ...waveform }, { own: true });
  }

  /** An interval would add up its delays: 50 captures per second would become 48. */
  #schedule(): void {
    const now = performance.now();
    this.#due = Math.max(this.#due + STEP, now);
    this.#timer = setTimeout(() => {
      this.#schedule();
      this.#step();
    }, this.#due - now);
  }

  /** If the relay has not noticed yet that the old connection is dead, the keys still belong to that. */
  async #describeAgain(): Promise<void> {
    try {
      await this.#describe();
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== "not-owner") return;
      clearTimeout(this.#retry);
      this.#retry = setTimeout(() => void this.#describeAgain(), RETRY);
    }
  }

  #step(): void {
    const now = performance.now();
    this.instrument.advance(Math.min((now - this.#last) / 1_000, LONGEST_STEP));
    this.#last = now;
    if (now >= this.#nextReading) this.#read(now);
    this.#capture((now - this.#start) / 1_000);
  }

  #read(now: number): void {
    const { description, interval } = this.instrument;
    // From the time at which it was due, so that delays do not add up.
    this.#nextReading = Math.max(this.#nextReading + interval, now);
    const { values, status } = this.instrument.read();
    const reading = {
      r: description.id,
      n: this.#readings++,
      t: Math.round(this.client.clock.now()),
      v: values,
      s: status,
    };
    void this.client.broadcast("readings").send(reading, { latest: "r", confirm: false, ifConnected: true });
  }

  #capture(seconds: number): void {
    const room = this.#waveforms;
    if (!room || room.count < 2) return;
    const waveform = this.instrument.capture?.take(seconds);
    if (!waveform) return;
    const { bytes, ...header } = waveform;
    // Tenths of a millisecond: the latency of a picture is a few milliseconds.
    const t = Math.round(this.client.clock.now() * 10) / 10;
    this.#newest = { bytes, data: { n: this.#captures++, t, ...header } };
    this.#repeat(true);
  }

  /** Sends the newest waveform; while the capture runs, only if it is new. */
  #repeat(isNew = false): void {
    if (!this.#newest || !(isNew || this.instrument.settings.values.run === false)) return;
    const { bytes, data } = this.#newest;
    void this.#waveforms?.sendBinary(bytes, data, { latest: "w", confirm: false, ifConnected: true });
  }

  async #answer(request: Data, sid: number): Promise<Data> {
    if (typeof request.scpi === "string")
      return {
        scpi: this.#scpi.of(sid).run(request.scpi, this.#allows(sid)),
        settings: this.instrument.settings.values,
      };
    if (!this.#allows(sid)) {
      throw new Fault("not-in-control", `${this.#operator()} controls this instrument.`, {
        remedy: "Ask for control.",
      });
    }
    try {
      this.#change(request);
    } catch (error) {
      throw error instanceof SettingError ? new Fault(error.code, error.message) : error;
    }
    return { settings: this.instrument.settings.values };
  }

  #change({ set, action }: Data): void {
    const { settings, actions } = this.instrument;
    if (typeof action === "string") {
      const found = Object.hasOwn(actions, action) ? actions[action] : undefined;
      if (!found) throw new SettingError("bad-setting", "There is no such action.");
      found.run();
    } else if (isRecord(set)) settings.change(set);
    else throw new SettingError("bad-setting", 'Ask {"set":{…}}, {"action":"…"} or {"scpi":"…"}.');
  }

  #operator(): string {
    const { host, members } = this.#control;
    const shown = members.find(({ sid }) => sid === host?.sid)?.attributes.operator;
    return (typeof shown === "string" && shown.slice(0, MAX_OPERATOR)) || (host?.name ?? "Nobody");
  }

  /** Without an operator everybody may change settings; otherwise the one in control, whom the relay names. */
  #allows(sid: number): boolean {
    const { host } = this.#control;
    return host === undefined || host.sid === sid;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#timer);
    clearTimeout(this.#retry);
    await this.client.drain();
    this.client.close();
  }
}

const isRecord = (value: unknown): value is Data =>
  typeof value === "object" && value !== null && !Array.isArray(value);
