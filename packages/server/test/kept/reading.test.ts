import { describe, expect, test } from "bun:test";
import type { JsonObject } from "@achex/protocol";
import type { Confirmation } from "../../src/keep.ts";
import { ResumingClient } from "../kit/resuming-client.ts";
import { keepingNode, member } from "./kit.ts";

describe("[R142] history", () => {
  test("[R142] pages of what is stored, newest, older and newer", async () => {
    const { achex2, ask } = keepingNode();
    const ann = achex2("Ann");
    member(ann, "k1");
    for (let n = 1; n <= 5; n++) await ask(ann, { toH: "k1", n });
    const page = async (more: JsonObject) => {
      const { result } = await ask(ann, { $history: { hub: "k1", ...more } });
      const messages = Array.isArray(result?.messages) ? result.messages : [];
      return [messages.map((one: JsonObject) => one.n), result?.more, result?.first, result?.head];
    };
    expect(await page({ last: 2 })).toEqual([[4, 5], true, 1, 5]);
    expect(await page({ before: 4, limit: 2 })).toEqual([[2, 3], true, 1, 5]);
    expect(await page({ before: 2 })).toEqual([[1], false, 1, 5]);
    expect(await page({ after: 3 })).toEqual([[4, 5], false, 1, 5]);
    expect(await page({ after: 0, limit: 4 })).toEqual([[1, 2, 3, 4], true, 1, 5]);
    expect(await page({ after: 999 })).toEqual([[], false, 1, 5]);
  });

  test("[R142] a message has the stamp, position and time", async () => {
    const { achex2, ask } = keepingNode();
    const ann = achex2("Ann");
    member(ann, "k1");
    await ask(ann, { toH: "k1", msg: "hi" });
    const { result } = await ask(ann, { $history: { hub: "k1", last: 1 } });
    expect(result?.messages).toEqual([
      { toH: "k1", msg: "hi", sID: ann.sid, FROM: "Ann", $seq: 1, $at: expect.any(Number) },
    ]);
  });

  test("[R142] only members may read, and only kept channels have a history", async () => {
    const { achex2, ask } = keepingNode();
    const [ann, eve] = [achex2("Ann"), achex2("Eve")];
    member(ann, "plain");
    expect(await ask(eve, { $history: { hub: "k1", last: 1 } })).toEqual({ fault: "not-member" });
    expect(await ask(eve, { $history: { name: "Ann", last: 1 } })).toEqual({ fault: "not-member" });
    expect(await ask(ann, { $history: { hub: "plain", last: 1 } })).toEqual({ fault: "not-kept" });
    expect(await ask(ann, { $history: { hub: "k1", last: 100_000 } })).toEqual({ fault: "bad-value" });
  });
});

describe("[R143] joining where one left", () => {
  test("[R143] what was missed comes first, then new messages: no gap, no repetition", async () => {
    const { achex2, ask, received, log, settle } = keepingNode();
    const [ann, bob] = [achex2("Ann"), achex2("Bob")];
    member(ann, "k1");
    for (let n = 1; n <= 200; n++) await ask(ann, { toH: "k1", n });
    const { epoch } = log.span({ instance: "root", kind: "hub", name: "k1" });
    bob.send({ $ref: 1, joinHub: "k1", $since: { epoch, seq: 150 } });
    ann.send({ toH: "k1", n: 201 });
    await settle();
    ann.send({ toH: "k1", n: 202 });
    const frames = await received(bob);
    expect(frames[0]).toEqual({ $kept: { hub: "k1", epoch, first: 1, head: 200 } });
    expect(frames.flatMap(({ $seq }) => $seq ?? [])).toEqual(Array.from({ length: 52 }, (_, index) => 151 + index));
    expect(frames.find(({ $ref }) => $ref === 1)).toMatchObject({ $result: { count: 2, kept: { epoch } } });
  });

  test("[R143] the newest, a gap, and another epoch", async () => {
    const { achex2, ask, received, log } = keepingNode();
    const [ann, bob] = [achex2("Ann"), achex2("Bob")];
    for (let n = 1; n <= 5; n++) await ask(ann, { toH: "k1", n });
    const since = async (value: JsonObject) => {
      bob.send({ joinHub: "k1", $since: value });
      const frames = await received(bob);
      bob.send({ leaveHub: "k1" });
      return [frames[0]?.$kept, frames.flatMap(({ $seq }) => $seq ?? [])];
    };
    const { epoch } = log.span({ instance: "root", kind: "hub", name: "k1" });
    const header = { hub: "k1", epoch, first: 1, head: 5 };
    expect(await since({ last: 2 })).toEqual([header, [4, 5]]);
    expect(await since({ last: 0 })).toEqual([header, []]);
    expect(await since({ epoch: "other", seq: 3 })).toEqual([{ ...header, reset: true }, [1, 2, 3, 4, 5]]);
    expect(await since({ epoch, seq: 99 })).toEqual([{ ...header, reset: true }, [1, 2, 3, 4, 5]]);
  });

  test("[R143] every join of a kept channel says where it joined; others are as they were", async () => {
    const { achex2, ask } = keepingNode();
    const ann = achex2("Ann");
    await ask(ann, { toH: "k1" });
    expect(await ask(ann, { joinHub: "k1" })).toMatchObject({ result: { count: 1, kept: { seq: 1 } } });
    expect(await ask(ann, { joinHub: "plain", $since: { last: 5 } })).toEqual({ result: { count: 1 } });
  });
});

test("[R140 R143] who joins while a large message is still being sent gets nothing again from before its position", async () => {
  const { achex2, clock, received } = keepingNode();
  const [ann, eve] = [achex2("Ann"), achex2("Eve")];
  for (let index = 0; index < 60; index++) member(achex2(`p${index}`), "k1");
  clock.hasLongTurns = true;
  ann.send({ toH: "k1", text: "x".repeat(60_000) }).send({ toH: "k1", n: 2 });
  // Both are stored, and the second waits for the first.
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  eve.send({ $ref: 1, joinHub: "k1" });
  expect(await received(eve)).toMatchObject([{ $ref: 1, $result: { kept: { seq: 2 } } }]);
});

describe("[R141] while the storage cannot be read", () => {
  test("[R141 R142 R143 R145] history, joins and inboxes fail, resumes do not, and nothing else is affected", async () => {
    const kit = keepingNode();
    const { achex2, ask, log, received } = kit;
    const [ann, eve] = [achex2("Ann"), achex2("Eve")];
    member(ann, "k1");
    const bob = new ResumingClient(kit).named("Bob");
    bob.send({ joinHub: "k1" });
    bob.drop();
    log.isUnreadable = true;
    expect(await ask(ann, { $history: { hub: "k1", last: 1 } })).toEqual({ fault: "keep-failed" });
    for (const more of [{}, { $since: { last: 1 } }])
      expect(await ask(eve, { joinHub: "k1", ...more })).toEqual({ fault: "keep-failed" });
    expect(await ask(ann, { toH: "k1" })).toMatchObject({ result: { taken: 1 } });
    bob.resume();
    expect(bob.frames().flatMap(({ $seq }) => $seq ?? [])).toEqual([1]);
    eve.send({ setID: "Eve", $inbox: "phone" });
    await ask(ann, { to: "Eve", n: 1 });
    expect((await received(eve)).flatMap(({ n }) => n ?? [])).toEqual([1]);
  });
});

describe("[R144] kept channels and resumes", () => {
  test("[R144] who joined before the first message gets the epoch with it, and can join again from there", async () => {
    const { achex2, ask, received, log } = keepingNode();
    const [ann, bob] = [achex2("Ann"), achex2("Bob")];
    bob.send({ $ref: 1, joinHub: "k1", $since: { last: 5 } });
    await received(bob);
    await ask(ann, { toH: "k1", n: 1 });
    const { epoch } = log.span({ instance: "root", kind: "hub", name: "k1" });
    const [kept, ...messages] = await received(bob);
    expect(kept).toEqual({ $kept: { hub: "k1", epoch, first: 1, head: 0 } });
    expect(messages.map(({ $seq }) => $seq)).toEqual([1]);
    await ask(ann, { toH: "k1", n: 2 });
    expect((await received(bob)).map(({ $seq }) => $seq)).toEqual([2]);
    bob.send({ leaveHub: "k1" });
    bob.send({ joinHub: "k1", $since: { epoch, seq: 1 } });
    expect((await received(bob)).map(({ $kept, $seq }) => $kept ?? $seq)).toEqual([
      { hub: "k1", epoch, first: 1, head: 2 },
      2,
    ]);
  });

  test("[R144 R73] messages of a kept channel arrive once across a drop; then the client gets the position again", async () => {
    const kit = keepingNode();
    const { achex2, ask, settle, log } = kit;
    const ann = achex2("Ann");
    const bob = new ResumingClient(kit).named("Bob");
    bob.send({ joinHub: "k1" });
    await settle();
    await ask(ann, { toH: "k1" });
    bob.drop();
    expect(await ask(ann, { toH: "k1" })).toEqual({ result: { taken: 1, held: 1, seq: 2 } });
    await ask(ann, { toH: "k1" });
    bob.resume();
    const frames = bob.frames();
    expect(frames.flatMap(({ $seq }) => $seq ?? [])).toEqual([1, 2, 3]);
    const { epoch } = log.span({ instance: "root", kind: "hub", name: "k1" });
    expect(frames.at(-1)).toEqual({ $kept: { hub: "k1", epoch, first: 1, head: 3 } });
  });
});

describe("[R145] inbox", () => {
  test("[R145] a kept name receives while nobody has it, and each device gets what it has not confirmed", async () => {
    const { achex2, connectClient, ask, received } = keepingNode();
    const ann = achex2("Ann");
    expect(await ask(ann, { to: "Bob", n: 1 })).toEqual({ result: { taken: 0, kept: true, seq: 1 } });
    expect(await ask(ann, { to: "Bob", n: 2 })).toMatchObject({ result: { seq: 2 } });
    const phone = connectClient();
    phone.send({ setID: "Bob", $inbox: "phone" });
    expect((await received(phone)).flatMap(({ n }) => n ?? [])).toEqual([1, 2]);
    expect(await ask(ann, { to: "Bob", n: 3 })).toEqual({ result: { taken: 1, seq: 3 } });
    expect((await received(phone)).flatMap(({ n }) => n ?? [])).toEqual([3]);
    expect(await ask(phone, { $confirm: { name: "Bob", device: "phone", seq: 2 } })).toEqual({ result: {} });
    phone.disconnect();
    for (const [device, expected] of [
      ["phone", [3]],
      ["desk", [1, 2, 3]],
    ] as const) {
      const client = connectClient();
      client.send({ setID: "Bob", $inbox: device });
      expect((await received(client)).flatMap(({ n }) => n ?? [])).toEqual([...expected]);
      client.disconnect();
    }
  });

  test("[R145] messages that are stored while an inbox is read come once, in order", async () => {
    const { achex2, connectClient, ask, received, settle } = keepingNode();
    const ann = achex2("Ann");
    for (let n = 1; n <= 150; n++) await ask(ann, { to: "Bob", n });
    const bob = connectClient();
    bob.send({ setID: "Bob", $inbox: "phone" });
    for (let n = 151; n <= 160; n++) {
      ann.send({ to: "Bob", n });
      if (n % 3 === 0) await settle();
    }
    expect((await received(bob)).flatMap(({ n }) => n ?? [])).toEqual(Array.from({ length: 160 }, (_, n) => n + 1));
  });

  test("[R6] [R145] [R169] the result of a confirmation waits until it is stored, and so do the frames after it", async () => {
    const { achex2, log, settle, received } = keepingNode();
    const ann = achex2("Ann");
    for (const outcome of ["confirmed", "no-quorum"] as const) {
      const { promise, resolve } = Promise.withResolvers<Confirmation>();
      log.confirm = () => promise;
      ann.send(`{"$ref":1,"$confirm":{"name":"Ann","device":"x","seq":1}}`).send(`{"$ref":2,"echo":"e"}`);
      expect(await received(ann)).toEqual([]);
      resolve(outcome);
      await settle();
      const [first, second, ...more] = await received(ann);
      expect(first).toMatchObject(
        outcome === "confirmed" ? { $ref: 1, $result: {} } : { $ref: 1, $fault: { code: "no-quorum", retry: true } },
      );
      expect(second).toMatchObject({ $ref: 2, $result: { echo: "e" } });
      expect(more).toEqual([]);
    }
  });

  test("[R145] positions of the future, other names and too many devices are refused", async () => {
    const { achex2, ask } = keepingNode();
    const [ann, eve] = [achex2("Ann"), achex2("Eve")];
    await ask(eve, { to: "Ann" });
    expect(await ask(eve, { $confirm: { name: "Ann", device: "x", seq: 1 } })).toEqual({ fault: "not-member" });
    for (let n = 0; n < 16; n++)
      expect(await ask(ann, { $confirm: { name: "Ann", device: `d${n}`, seq: 99 } })).toEqual({ result: {} });
    expect(await ask(ann, { $confirm: { name: "Ann", device: "one more", seq: 1 } })).toEqual({
      fault: "too-many-devices",
    });
  });
});
