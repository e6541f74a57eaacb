import { connect, type Fault, type Lost, type Options, type State } from "../../src/index.ts";
import { FakeRelay } from "./fake-relay.ts";
import { ManualClock } from "./manual-clock.ts";

type Untyped = Record<never, never>;

/** A client that is connecting to a scripted relay, with a clock that the test controls. */
export function connectingClient(options: Options<Untyped> = {}) {
  const relay = new FakeRelay();
  const clock = new ManualClock();
  const ann = connect("ws://relay", { name: "Ann", WebSocket: relay.WebSocket, clock, random: () => 0.5, ...options });
  const states: State[] = [];
  const faults: Fault[] = [];
  const losses: Lost[] = [];
  ann.on("state", (state) => states.push(state));
  ann.on("fault", (fault) => faults.push(fault));
  ann.on("lost", (lost) => losses.push(lost));
  return {
    ...{ relay, clock, ann, states, faults, losses },
    /** Lets the reconnect delay pass and accepts the next connection. */
    reconnect(sid = 2) {
      const { length } = relay.sockets;
      for (let waited = 0; relay.sockets.length === length && waited <= 20_000; waited += 10) clock.advance(10);
      relay.socket.accept(sid);
    },
  };
}

/** Connected and logged in as session 1. */
export function readyClient(options: Options<Untyped> = {}) {
  const scripted = connectingClient(options);
  scripted.relay.socket.accept();
  return scripted;
}

/** The outcome of a promise: its value, or the code of its fault. `undefined` while it is pending. */
export function outcomeOf(promise: Promise<unknown>): { value?: unknown; code?: string } {
  const end: { value?: unknown; code?: string } = {};
  promise.then(
    (value) => {
      end.value = value;
    },
    (fault) => {
      end.code = fault.code;
    },
  );
  return end;
}

/** Lets all pending microtasks run. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
}

/** The code of the fault with which a promise is rejected. */
export const faultOf = (promise: Promise<unknown>): Promise<Fault> =>
  promise.then(
    (value) => {
      throw new Error(`resolved with ${JSON.stringify(value)} instead of a fault`);
    },
    (fault) => fault,
  );
