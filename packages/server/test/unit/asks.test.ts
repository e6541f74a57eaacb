import { expect, test } from "bun:test";
import { Asks } from "../../src/cluster/asks.ts";
import { newPeer } from "../../src/cluster/peer.ts";
import { PeerInbox } from "../../src/cluster/peer-inbox.ts";

/** Questions of a node whose timers run only when the test lets them. */
function asksOf() {
  let elapsed = 0;
  let check = (): void => {};
  const clock = {
    now: () => elapsed,
    every(_milliseconds: number, callback: () => void) {
      check = callback;
      return () => {};
    },
  };
  const asks = new Asks({ clock, send: () => true });
  const inbox = new PeerInbox(
    { scheduler: { turn: 0, allowsPeer: () => true, spend() {}, waitForTurn() {}, forget() {} }, counters },
    { handle() {}, refuse() {} },
  );
  const peer = { ...newPeer("n2", "i", "l", 1, inbox), isReady: true };
  const answers: unknown[] = [];
  return {
    asks,
    answers,
    ask: () => asks.ask(peer, ["send?"], undefined, (answer) => answers.push(answer)),
    answer: (number: number) => asks.answered(peer, number, [1]),
    /** The event loop runs after so many milliseconds. */
    after(milliseconds: number) {
      elapsed += milliseconds;
      check();
    },
  };
}
const counters = { framesOut: 0, bytesOut: 0 };

test("R161 a node that does not answer within 250 ms is missed", () => {
  const { ask, after, answers, asks } = asksOf();
  ask();
  for (let time = 25; time < 250; time += 25) after(25);
  expect(answers).toEqual([]);
  after(25);
  expect(answers).toEqual([undefined]);
  expect(asks.missed).toBe(1);
});

test("R161 the time in which a node itself does not run, and so reads no answer, does not count", () => {
  const { ask, after, answer, answers, asks } = asksOf();
  ask();
  after(1_000);
  expect(answers).toEqual([]);
  after(25);
  answer(1);
  expect(answers).toEqual([[1]]);
  ask();
  after(2_000);
  for (let time = 25; time <= 250; time += 25) after(25);
  expect(answers).toEqual([[1], undefined]);
  expect(asks.missed).toBe(1);
});
