import { describe, expect, test } from "bun:test";
import { TurnScheduler, type WaitingWork } from "../../src/fairness/turn-scheduler.ts";
import { FakeClock } from "../kit/fake-clock.ts";

function scheduler(pending = () => 0) {
  const clock = new FakeClock();
  clock.hasLongTurns = true;
  return { clock, turns: new TurnScheduler(clock, pending) };
}

/** A session with so many frames left, each of which costs so many units, which notes the turn each of them was handled in. */
class Sender implements WaitingWork {
  readonly handledIn: number[] = [];
  private used = 0;
  private turn = -1;

  constructor(
    private readonly turns: TurnScheduler,
    private left: number,
    private readonly units: number,
  ) {}

  resume(): void {
    for (; this.left > 0; this.left--) {
      if (this.turn !== this.turns.turn) this.used = 0;
      this.turn = this.turns.turn;
      if (!this.turns.allows(this.used, this.units)) {
        this.turns.waitForTurn(this);
        return;
      }
      this.used += this.units;
      this.turns.spend(this.units);
      this.handledIn.push(this.turn);
    }
  }
}

/** Units spent in the turn that had most. */
const mostInATurn = (senders: readonly Sender[], units: number) => {
  const perTurn = new Map<number, number>();
  for (const { handledIn } of senders)
    for (const turn of handledIn) perTurn.set(turn, (perTurn.get(turn) ?? 0) + units);
  return Math.max(...perTurn.values());
};

describe("[L2] the work of a turn is bounded", () => {
  test.each([
    [1, 10_000, 1],
    [8, 2_000, 1],
    [20, 20, 900],
  ])("[L2] %d senders of %d frames that cost %d", (count, frames, units) => {
    const { clock, turns } = scheduler();
    const senders = Array.from({ length: count }, () => new Sender(turns, frames, units));
    for (const sender of senders) sender.resume();
    clock.allTurns();
    expect(senders.map(({ handledIn }) => handledIn.length)).toEqual(senders.map(() => frames));
    // What is left of the budget, one frame that goes beyond it, and a little for each light session.
    expect(mostInATurn(senders, units)).toBeLessThanOrEqual(512 + units + 16 * count);
    expect(turns.waiting).toBe(0);
  });

  test("[L2] senders take turns: none is finished long before the others", () => {
    const { clock, turns } = scheduler();
    const senders = Array.from({ length: 10 }, () => new Sender(turns, 50, 100));
    for (const sender of senders) sender.resume();
    clock.allTurns();
    const lasts = senders.map(({ handledIn }) => handledIn.at(-1) ?? 0);
    expect(Math.max(...lasts) - Math.min(...lasts)).toBeLessThanOrEqual(12);
  });

  test("[L2] a light session goes on in a turn that others have used up", () => {
    const { turns } = scheduler();
    turns.spend(10_000);
    expect(turns.allows(0, 1)).toBe(true);
    expect(turns.allows(16, 1)).toBe(false);
    expect(turns.allows(0, 900)).toBe(false);
  });

  test("[L2] deliveries that are still to be made count, too", () => {
    let pending = 10_000;
    const { turns } = scheduler(() => pending);
    expect(turns.allows(0, 900)).toBe(false);
    pending = 0;
    expect(turns.allows(0, 900)).toBe(true);
  });
});

describe("[L2] turns that are always used up", () => {
  test("[L2] leave work in the background a little of each, and look at a bounded number of sessions", () => {
    const { clock, turns } = scheduler(() => 10_000);
    expect(turns.allowsBackground(0)).toBe(true);
    expect(turns.allowsBackground(16)).toBe(false);
    let looks = 0;
    for (let n = 0; n < 1_000; n++) {
      turns.waitForTurn({
        resume() {
          looks++;
          turns.waitForTurn(this);
        },
      });
    }
    for (let turn = 1; turn <= 8; turn++) {
      clock.turn();
      expect(looks).toBe(256 * turn);
    }
  });
});

describe("[L2] sessions that wait for their rate", () => {
  test("[L2] are resumed every 10 ms, 256 at a time, each in its turn", () => {
    const { clock, turns } = scheduler();
    const resumed = new Map<number, number>();
    const sessions = Array.from({ length: 600 }, (_, index) => ({
      resume() {
        resumed.set(index, (resumed.get(index) ?? 0) + 1);
        turns.waitForRate(this);
      },
    }));
    for (const session of sessions) turns.waitForRate(session);
    clock.advance(10);
    expect(resumed.size).toBe(256);
    clock.advance(20);
    expect(resumed.size).toBe(600);
    expect(Math.max(...resumed.values()) - Math.min(...resumed.values())).toBeLessThanOrEqual(1);
    for (const session of sessions) turns.forget(session);
    clock.advance(20);
    const before = [...resumed.values()].reduce((sum, count) => sum + count, 0);
    clock.advance(1_000);
    expect([...resumed.values()].reduce((sum, count) => sum + count, 0)).toBe(before);
  });
});
