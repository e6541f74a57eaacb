import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JsonObject } from "@achex/protocol";
import { systemClock } from "../../src/clock.ts";
import { readKeepRule } from "../../src/config/keep-rules.ts";
import { SqliteKeep } from "../../src/keep/sqlite-keep.ts";
import type { KeptChannel, KeptMessage, KeptRange } from "../../src/keep.ts";
import { kept } from "../contract/keep.ts";
import { type Achex2Client, createAchex2Node } from "../kit/achex2-client.ts";
import { MemoryKeep } from "../kit/memory-keep.ts";

const MILLION = 1_000_000;
/** Every tenth of the million is enough in the usual run. */
const NAMES = process.env.ACHEX_TEST_LONG ? MILLION : MILLION / 10;

/** Counts what is read from it. */
class CountedKeep extends MemoryKeep {
  reads = 0;
  bytesRead = 0;

  override read(channel: KeptChannel, range: KeptRange): readonly KeptMessage[] {
    this.reads++;
    const messages = super.read(channel, range);
    for (const { frame } of messages) this.bytesRead += frame.length;
    return messages;
  }
}

function hostedNode(limits = {}) {
  const log = new CountedKeep();
  const rules = ["hub:k*", "name:*"].flatMap((text) => readKeepRule(text) ?? []);
  const kit = createAchex2Node(limits, { keep: { log, rules } });
  const settle = async () => {
    for (let turn = 0; turn < 20; turn++) {
      await Promise.resolve();
      kit.clock.turn();
    }
  };
  let refs = MILLION;
  const ask = async (client: Achex2Client, frame: JsonObject): Promise<JsonObject | string | undefined> => {
    const $ref = ++refs;
    client.send(JSON.stringify({ $ref, ...frame }));
    await settle();
    const [reply] = client.takeReplies($ref);
    return reply?.fault ?? reply?.result;
  };
  return { ...kit, log, ask, settle };
}

describe("[R140 R141] many channels", () => {
  test(`[L8] ${NAMES} names that a rule fits: no more than the limit are stored, and none of the others leaves anything`, async () => {
    const folder = mkdtempSync(join(tmpdir(), "achex-test-"));
    const keep = new SqliteKeep({
      folder,
      sync: "normal",
      clock: systemClock,
      maxChannels: 1_000,
      maxBytes: 0,
      maxQueuedBytes: 10_000_000,
      ruleOf: () => undefined,
      inUse: () => true,
      failed: () => {},
      damaged: () => {},
    });
    const outcomes = { kept: 0, channels: 0, busy: 0 };
    for (let first = 0; first < NAMES; first += 10_000) {
      await new Promise<void>((resolve) => {
        let left = 10_000;
        const done = () => {
          if (--left === 0) resolve();
        };
        for (let n = first; n < first + 10_000; n++) {
          const accepted = keep.append({
            channel: kept(`name ${n}`),
            frame: "{}",
            at: 1,
            settled(outcome) {
              outcomes[outcome.kind === "failed" ? "channels" : "kept"]++;
              done();
            },
          });
          if (!accepted) outcomes.busy++;
          if (!accepted) done();
        }
      });
    }
    expect(outcomes).toEqual({ kept: 1_000, channels: NAMES - 1_000, busy: 0 });
    await keep.close();
    expect(statSync(join(folder, "keep.db")).size).toBeLessThan(500_000);
    rmSync(folder, { recursive: true, force: true });
  }, 120_000);
});

describe("[R142 R143] hostile readers", () => {
  test("[R142 R145] who is not allowed to read makes the server read nothing", async () => {
    const { achex2, ask, log } = hostedNode();
    const [ann, eve] = [achex2("Ann"), achex2("Eve")];
    await ask(ann, { joinHub: "k", $state: true, $room: { password: "x" } });
    for (let n = 0; n < 300; n++) await ask(ann, { toH: "k", n });
    await ask(eve, { to: "Ann", n: 1 });
    log.reads = 0;
    for (const page of [{ last: 200 }, { after: 0 }, { before: 200 }]) {
      expect(await ask(eve, { $history: { hub: "k", ...page } })).toBe("not-member");
      expect(await ask(eve, { $history: { name: "Ann", ...page } })).toBe("not-member");
    }
    expect(await ask(eve, { joinHub: "k", $since: { last: 200 } })).toBe("room-password");
    expect(await ask(eve, { joinHub: "k", $since: { epoch: "e", seq: 0 }, passwd: "y" })).toBe("room-password");
    expect(await ask(eve, { $confirm: { name: "Ann", device: "d", seq: 1 } })).toBe("not-member");
    expect(log.reads).toBe(0);
  });

  test("[R142] a page is bounded by messages and bytes, whatever is asked for, and charged to who asks", async () => {
    const { achex2, ask, log, settle } = hostedNode({ bytesPerSecond: 1024 ** 2 });
    const ann = achex2("Ann");
    await ask(ann, { joinHub: "k" });
    for (let n = 0; n < 400; n++)
      log.append({ channel: kept("k"), frame: `{"toH":"k","pad":"${"x".repeat(5_000)}"}`, at: 1, settled: () => {} });
    await settle();
    for (const page of [{ last: 1e9 }, { last: 201 }, { after: 0, limit: 201 }, { after: 0, limit: 0 }, { after: -1 }])
      expect(await ask(ann, { $history: { hub: "k", ...page } })).toBe("bad-value");
    for (const page of [{ last: 200 }, { after: 0 }, { before: 2 ** 53 - 1 }]) {
      log.bytesRead = 0;
      const result = await ask(ann, { $history: { hub: "k", ...page } });
      expect(Object(result).messages.length).toBeLessThanOrEqual(52);
      expect(log.bytesRead).toBeLessThanOrEqual(256 * 1024);
    }
    log.bytesRead = 0;
    ann.received();
    for (let n = 0; n < 100; n++) ann.send({ $ref: n, $history: { hub: "k", last: 200 } });
    await settle();
    // What a burst allows; the others wait.
    expect(log.bytesRead).toBeLessThan(3 * 1024 ** 2);
  });

  test("[R142 R143] positions of another epoch, of the future, and none at all", async () => {
    const { achex2, ask, log, received } = { ...hostedNode(), received: (one: Achex2Client) => one.received() };
    const [ann, eve] = [achex2("Ann"), achex2("Eve")];
    await ask(ann, { joinHub: "k" });
    for (let n = 1; n <= 5; n++) await ask(ann, { toH: "k", n });
    const { epoch } = Object(await ask(ann, { $history: { hub: "k", last: 1 } }));
    log.reads = 0;
    const future = 2 ** 53 - 1;
    expect(await ask(ann, { $history: { hub: "k", after: future } })).toMatchObject({ messages: [], more: false });
    expect(await ask(ann, { $history: { hub: "k", before: 0 } })).toMatchObject({ messages: [] });
    expect(log.reads).toBeLessThanOrEqual(2);
    for (const $since of [
      { epoch, seq: future },
      { epoch: "another", seq: 3 },
      { epoch: "__proto__", seq: 0 },
      { epoch: "x'; drop table messages; --", seq: 5 },
    ]) {
      received(eve);
      expect(await ask(eve, { joinHub: "k", $since })).toMatchObject({ kept: { seq: 5 } });
      const frames = received(eve) as JsonObject[];
      expect(frames[0]).toMatchObject({ $kept: { reset: true, first: 1, head: 5 } });
      expect(frames.filter(({ toH }) => toH === "k").map(({ $seq }) => $seq)).toEqual([1, 2, 3, 4, 5]);
      await ask(eve, { leaveHub: "k" });
    }
    for (const $since of [{ epoch: "", seq: 1 }, { epoch, seq: -1 }, { epoch, seq: 1.5 }, { last: 1e9 }, { seq: 1 }])
      expect(await ask(eve, { joinHub: "k", $since })).toBe("bad-value");
  });
});

describe("[R146] hostile ids", () => {
  test("[R146] ids of any text are only ids, and one that is too long is rejected", async () => {
    const { achex2, ask } = hostedNode();
    const ann = achex2("Ann");
    await ask(ann, { joinHub: "k" });
    for (const $id of ["__proto__", "constructor", "'; drop table messages; --", "\u0000", "😀".repeat(16)]) {
      const first = await ask(ann, { toH: "k", $id });
      expect(await ask(ann, { toH: "k", $id })).toEqual({ ...Object(first), duplicate: true });
    }
    for (const $id of ["", "x".repeat(65), "😀".repeat(17)])
      expect(await ask(ann, { toH: "k", $id })).toBe("bad-value");
  });
});
