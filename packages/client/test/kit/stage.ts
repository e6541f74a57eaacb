import { connect, type Fault, type Lost, type Options, type State } from "../../src/index.ts";
import { FakeRelay } from "./fake-relay.ts";
import { HeldClock } from "./held-clock.ts";

type Untyped = Record<never, never>;

/** A client before a relay that the test plays, on a clock that the test holds. */
export function stage(options: Options<Untyped> = {}) {
  const relay = new FakeRelay();
  const clock = new HeldClock();
  const ann = connect("ws://relay", { name: "Ann", WebSocket: relay.WebSocket, clock, random: () => 0.5, ...options });
  const states: State[] = [];
  const faults: Fault[] = [];
  const losses: Lost[] = [];
  ann.on("state", (state) => states.push(state));
  ann.on("fault", (fault) => faults.push(fault));
  ann.on("lost", (lost) => losses.push(lost));
  return {
    ...{ relay, clock, ann, states, faults, losses },
    /** The pause is over, and the next connection is accepted. */
    comeBack(sid = 2) {
      const { length } = relay.sockets;
      for (let waited = 0; relay.sockets.length === length && waited <= 20_000; waited += 10) clock.advance(10);
      relay.link.accept(sid);
    },
  };
}

/** Connected and logged in as session 1. */
export function readyStage(options: Options<Untyped> = {}) {
  const staged = stage(options);
  staged.relay.link.accept();
  return staged;
}

/** How a promise ended: its value, or the code of its fault. `undefined` while it is open. */
export function endOf(promise: Promise<unknown>): { value?: unknown; code?: string } {
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

/** Lets everything run that waits for nothing but its turn. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
}

/** The code of the fault a promise is rejected with. */
export const faultOf = (promise: Promise<unknown>): Promise<Fault> =>
  promise.then(
    (value) => {
      throw new Error(`resolved with ${JSON.stringify(value)} instead of a fault`);
    },
    (fault) => fault,
  );
