import { describe, expect, test } from "bun:test";
import { startRestartable } from "../../../server/test/kit/restartable.ts";
import { type Client, connect } from "../../src/index.ts";
import { until } from "../kit/until.ts";

/** Runs of the loop; ACHEX_TEST_LONG runs many. */
const ROUNDS = process.env.ACHEX_TEST_LONG ? 300 : 4;
const HUBS = 2;
const CLIENTS = process.env.ACHEX_TEST_LONG ? 20 : 8;
/** Sends of one client without a result. */
const WINDOW = 8;

const ordered = (numbers: readonly number[]) => [...numbers].sort((one, other) => one - other);

/** Sends numbered messages to a kept hub, and notes their results and what it receives there. */
class Member {
  readonly client: Client<object>;
  readonly hub: string;
  readonly faults: string[] = [];
  /** Position by message that was acknowledged. */
  readonly acknowledged = new Map<string, number>();
  readonly received: { readonly seq: number; readonly text: string }[] = [];
  private made = 0;
  private readonly sending: Promise<void>[] = [];

  constructor(
    url: string,
    readonly name: string,
    n: number,
  ) {
    this.hub = `k${n % HUBS}`;
    this.client = connect(url, { name, random: () => 0.1 });
    this.client.on("message", ({ data, position }) =>
      this.received.push({ seq: position?.seq ?? Number.NaN, text: String(data.text) }),
    );
    this.client.on("gap", (gap) => this.faults.push(JSON.stringify(gap)));
    this.client.on("fault", ({ code }) => this.faults.push(code));
  }

  async start(isOver: () => boolean): Promise<void> {
    await this.client.hub(this.hub).join();
    for (let window = 0; window < WINDOW; window++) this.sending.push(this.sendUntil(isOver));
  }

  async finished(): Promise<void> {
    await Promise.all(this.sending);
  }

  private async sendUntil(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const text = `${this.name}-${++this.made}`;
      const { seq } = await this.client.hub(this.hub).send({ text });
      this.acknowledged.set(text, seq ?? Number.NaN);
    }
  }
}

describe("R140 R143 R146: clients of a relay that is killed", () => {
  test(
    "every send is acknowledged once, and every member has each message of the others once, in order",
    async () => {
      await using relay = await startRestartable({
        keep: "hub:k* messages=0 age=0",
        "max-frames-per-second": 0,
        "max-sessions-per-address": 0,
      });
      let isOver = false;
      const members = Array.from({ length: CLIENTS }, (_, n) => new Member(relay.url, `c${n}`, n));
      await Promise.all(members.map((member) => member.start(() => isOver)));
      const acknowledged = () => members.reduce((sum, { acknowledged: { size } }) => sum + size, 0);
      for (let round = 1; round <= ROUNDS; round++) {
        const before = acknowledged();
        await until("messages to be acknowledged", () => acknowledged() >= before + 200 + round, 60_000);
        // Every third time an ordinary restart, after which sessions are resumed.
        relay.signal(round % 3 === 0 ? "SIGTERM" : "SIGKILL");
        await relay.stopped();
        await relay.start();
      }
      isOver = true;
      for (const member of members) await member.finished();
      for (let hub = 0; hub < HUBS; hub++) {
        const inHub = members.filter((member) => member.hub === `k${hub}`);
        const held = new Map<number, string>();
        const room = inHub[0]?.client.hub(`k${hub}`);
        for await (const { messages } of room?.history({ after: "start" }) ?? [])
          for (const { data, position } of messages) held.set(position?.seq ?? 0, String(data.text));
        // The history is what was acknowledged: nothing is lost, and nothing is stored twice.
        const all = inHub.flatMap((member) => [...member.acknowledged]);
        expect(all.length).toBe(held.size);
        for (const [text, seq] of all) expect(held.get(seq)).toBe(text);
        for (const { received, name, faults, client } of inHub) {
          const others = [...held].filter(([, text]) => !text.startsWith(`${name}-`));
          await until(`${name} to have received all`, () => received.length >= others.length);
          expect(received.map(({ seq }) => seq)).toEqual(ordered(others.map(([seq]) => seq)));
          for (const { seq, text } of received) if (held.get(seq) !== text) throw new Error(`${seq} is not ${text}`);
          expect(faults).toEqual([]);
          client.close();
        }
      }
    },
    ROUNDS * 30_000,
  );
});
