import {
  type Client,
  connect,
  type Fault,
  type Lost,
  type Options,
  type Resumed,
  type State,
} from "../../src/index.ts";
import { ManualClock } from "./manual-clock.ts";
import { ResumingRelay } from "./resuming-relay.ts";

type Untyped = Record<never, never>;

/** A client that is connecting to a relay that can resume, with a clock that the test controls. */
export function resumableClient(options: Options<Untyped> = {}) {
  const relay = new ResumingRelay();
  const clock = new ManualClock();
  const ann: Client<object> = connect("ws://relay", {
    ...{ name: "Ann", WebSocket: relay.WebSocket, clock, random: () => 0.5 },
    ...options,
  });
  const states: State[] = [];
  const faults: Fault[] = [];
  const losses: Lost[] = [];
  const resumes: Resumed[] = [];
  ann.on("state", (state) => states.push(state));
  ann.on("fault", (fault) => faults.push(fault));
  ann.on("lost", (lost) => losses.push(lost));
  ann.on("resumed", (resumed) => resumes.push(resumed));
  return {
    ...{ relay, clock, ann, states, faults, losses, resumes },
    /** Lets the delay before the next attempt pass; nothing arrives on the new connection yet. */
    redial() {
      const { length } = relay.lines;
      for (let waited = 0; relay.lines.length === length && waited <= 30_000; waited += 10) clock.advance(10);
      if (relay.lines.length === length) throw new Error("the client does not connect again");
    },
    /** The same, and everything arrives. */
    return() {
      this.redial();
      relay.flush();
    },
  };
}

/** Connected, logged in and resumable, as session 1; nothing is on its way. */
export function resumableReady(options: Options<Untyped> = {}) {
  const scripted = resumableClient(options);
  scripted.relay.flush();
  return scripted;
}

/** The payloads of the messages that the relay received, in order. */
export const numbersIn = (frames: readonly unknown[]): unknown[] =>
  frames.flatMap((frame) => (typeof frame === "string" && frame.includes('"n":') ? [JSON.parse(frame).n] : []));

export const message = (n: number) => ({ to: "Ann", n, sID: 9, FROM: "Bob" });

/** The numbers of the messages that the client receives. */
export function heardBy({ ann }: ReturnType<typeof resumableClient>): unknown[] {
  const heard: unknown[] = [];
  ann.on("message", ({ data }) => heard.push(Object(data).n));
  return heard;
}
