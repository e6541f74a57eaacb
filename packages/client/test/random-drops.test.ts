import { expect, test } from "bun:test";
import type { ManualClock } from "./kit/manual-clock.ts";
import { randomFrom } from "./kit/random.ts";
import { resumableClient } from "./kit/resumable-client.ts";
import type { ResumingRelay } from "./kit/resuming-relay.ts";
import { settled } from "./kit/scripted-client.ts";

const SEEDS = Number(process.env.ACHEX_SEEDS ?? 300);
const STEPS = 400;

interface Run {
  readonly relay: ResumingRelay;
  readonly clock: ManualClock;
  readonly pick: (count: number) => number;
}

/** One thing happens on the network, on the newest line or an old one. */
function happen({ relay, clock, pick }: Run): void {
  const line = relay.lines[Math.max(0, relay.lines.length - 1 - pick(3) * pick(2))];
  const dice = pick(100);
  if (!line) return;
  if (dice < 40) relay.step(line, "up", pick(4));
  else if (dice < 80) relay.step(line, "down", pick(4));
  else if (dice < 86) relay.drop(line, dice < 83);
  // Long enough for pauses, acknowledgements and attempts that hang.
  else clock.advance(pick(10) === 0 ? 11_000 : pick(700));
}

/** Sends and receives through drops at any place; returns what is wrong in the end. */
async function simulate(seed: number): Promise<string[]> {
  const random = randomFrom(seed);
  const pick = (count: number) => Math.floor(random() * count);
  // The server holds everything for good: what is lost here is lost by the client.
  const client = resumableClient({ random });
  const { ann, relay, clock } = client;
  relay.window = 1_000_000;
  relay.flush();
  // Attempts that are stale begin sessions of their own.
  const { session } = relay;
  const heard: unknown[] = [];
  const ends: string[] = [];
  ann.on("message", ({ data }) => heard.push(Object(data).n));
  const sent = { up: 0, down: 0 };
  for (let step = 0; step < STEPS; step++) {
    const dice = pick(10);
    if (dice < 2) {
      const n = sent.up++;
      const bytes = pick(4) === 0 ? new Uint8Array(pick(20)) : undefined;
      const sending = bytes
        ? ann.to("Bob").sendBinary(bytes, { n })
        : ann.to("Bob").send({ n }, { confirm: pick(3) > 0 });
      sending.then(
        () => ends.push("taken"),
        ({ code }) => ends.push(code),
      );
    } else if (dice < 4) session.send({ to: "Ann", n: sent.down++, sID: 9, FROM: "Bob" });
    else happen({ relay, clock, pick });
    if (step % 5 === 0) await settled();
  }
  for (let turn = 0; turn < 60; turn++) {
    clock.advance(1_000);
    relay.flush();
    await settled();
  }
  const arrived = session.received.flatMap((frame) => {
    const text = typeof frame === "string" ? frame : new TextDecoder().decode(frame);
    const [, n] = /"n":(\d+)/.exec(text) ?? [];
    return n === undefined ? [] : [Number(n)];
  });
  const all = (count: number) => Array.from({ length: count }, (_, n) => n).join();
  const wrong: string[] = [...session.mismatches];
  if (client.losses.length > 0) wrong.push(`lost: ${JSON.stringify(client.losses)}`);
  if (session.isOver) wrong.push("a session was ended");
  if (ann.state !== "ready") wrong.push(`it is ${ann.state}`);
  if (arrived.join() !== all(sent.up)) wrong.push(`arrived at the relay: ${arrived.join()}`);
  if (heard.join() !== all(sent.down)) wrong.push(`arrived at the client: ${heard.join()}`);
  if (ends.length !== sent.up || ends.some((end) => end !== "taken")) wrong.push(`ends: ${ends.join()}`);
  ann.close();
  if (clock.pending > 0) wrong.push("a timer is left");
  return wrong;
}

test(`R72, R73, R74: ${SEEDS} seeds: through drops at any frame, everything arrives exactly once and in order, both ways`, async () => {
  const failed: string[] = [];
  for (let seed = 1; seed <= SEEDS; seed++) {
    const wrong = await simulate(seed);
    if (wrong.length > 0) failed.push(`seed ${seed}: ${wrong.join("; ").slice(0, 400)}`);
  }
  expect(failed).toEqual([]);
}, 60_000);
