import { describe, expect, test } from "bun:test";
import { storeAccount } from "../../../server/test/kit/accounts.ts";
import { startServer } from "../../../server/test/kit/server.ts";
import { type Client, connect, type Message, type Options } from "../../src/index.ts";
import { droppable } from "../kit/droppable.ts";
import { faultOf } from "../kit/scripted-client.ts";
import { until } from "../kit/until.ts";
import { observed } from "./kit.ts";

const KEEP = { keep: "hub:k*, broadcast:k*, name:*", auth: "claim" };
const login = (name: string, more: Options<object> = {}) => ({ name, passwd: `secret of ${name}`, ...more });
const seqsOf = (messages: readonly Message[]) => messages.map(({ position }) => position?.seq);
const numbersTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe("before a real relay that keeps", () => {
  test("R140 R142 R143: positions, history, and joins with what was missed, of texts and bytes", async () => {
    await using server = await startServer(KEEP);
    const ann = connect(server.ws(), login("Ann"));
    const room = ann.hub("k");
    // Nobody has sent anything: its epoch begins with the first message.
    const joined = await room.join();
    expect(joined.kept?.position.seq).toBe(0);
    for (const n of [1, 2, 3]) expect(await room.send({ n })).toMatchObject({ taken: 0, seq: n });
    await room.sendBinary(Uint8Array.of(1, 2, 255), { n: 4 });
    const epoch = room.position?.epoch ?? "";
    expect(room.position).toEqual({ epoch, seq: 4 });
    const bob = connect(server.ws(), login("Bob"));
    const events = observed(bob);
    const since = await bob.hub("k").join({ since: { epoch, seq: 2 } });
    expect(since).toMatchObject({ count: 2, kept: { position: { epoch, seq: 4 }, missed: 0, reset: false } });
    expect(events).toEqual([
      [3, epoch, 3],
      [4, epoch, 4],
    ]);
    const page = await bob.hub("k").history({ last: 2 });
    expect(page).toMatchObject({ epoch, first: 1, head: 4, more: true });
    expect(page.messages).toMatchObject([
      { data: { n: 3 }, from: "Ann", text: '{"toH":"k","n":3}' },
      { data: { n: 4 }, bytes: Uint8Array.of(1, 2, 255) },
    ]);
    expect(Math.abs((page.messages[0]?.at ?? 0) - Date.now())).toBeLessThan(60_000);
    const pages: unknown[] = [];
    for await (const { messages } of room.history({ after: "start", limit: 3 })) pages.push(seqsOf(messages));
    expect(pages).toEqual([[1, 2, 3], [4]]);
    expect((await faultOf(ann.hub("plain").history())).code).toBe("not-kept");
    expect((await faultOf(bob.hub("k2").history())).code).toBe("not-member");
    for (const client of [ann, bob]) client.close();
  });

  test("R144: who joined an empty channel goes on from its first message after a lost session", async () => {
    await using server = await startServer(KEEP);
    const { WebSocket, drop } = droppable();
    const bob = connect(server.ws(), login("Bob", { WebSocket, resume: false, random: () => 0 }));
    const events = observed(bob);
    const ann = connect(server.ws(), login("Ann"));
    await bob.hub("k").join();
    await ann.hub("k").send({ n: 1 });
    await until("the first message", () => events.length === 1);
    drop();
    for (const n of [2, 3]) await ann.hub("k").send({ n });
    await until("all messages", () => events.length >= 3);
    const { epoch } = await bob.hub("k").history();
    expect(events.map((event) => Object(event)[2])).toEqual([1, 2, 3]);
    expect(events.every((event) => Object(event)[1] === epoch)).toBe(true);
    for (const client of [ann, bob]) client.close();
  });

  test("R143 R147: what expired in between is a gap", async () => {
    await using server = await startServer({ keep: "hub:k* messages=5" });
    const ann = connect(server.ws(), { name: "Ann" });
    const room = ann.hub("k");
    await room.join();
    await Promise.all(numbersTo(20).map((n) => room.send({ n })));
    await until("the oldest to be deleted", async () => (await room.history()).first === 16);
    const bob = connect(server.ws(), { name: "Bob" });
    const epoch = room.position?.epoch ?? "";
    // Each node of a cluster deletes them on its own (PROTOCOL.md R169).
    const hub = bob.hub("k");
    await hub.join();
    await until("the oldest to be deleted for Bob", async () => (await hub.history()).first === 16);
    await hub.leave();
    const events = observed(bob);
    const { kept } = await hub.join({ since: { epoch, seq: 3 } });
    expect(kept).toMatchObject({ missed: 12, reset: false });
    const messages = numbersTo(20, 16).map((seq) => [seq, epoch, seq]);
    expect(events).toEqual([{ in: "k", missed: 12, reset: false }, ...messages]);
    expect(await room.history({ after: { epoch, seq: 3 } })).toMatchObject({ missed: 12 });
    for (const client of [ann, bob]) client.close();
  });

  test("R143: joins at the seam while others send: no gap, no repetition, in order", async () => {
    await using server = await startServer({ ...KEEP, "max-frames-per-second": 0, "max-sessions-per-address": 0 });
    const senders = ["s1", "s2", "s3"].map((name) => connect(server.ws(), login(name)));
    await Promise.all(senders.map((sender) => sender.hub("k").send({})));
    let isOver = false;
    const sending = senders.map(async (sender) => {
      while (!isOver) await Promise.all(numbersTo(20).map(() => sender.hub("k").send({ text: "x".repeat(100) })));
    });
    const readers: { client: Client<object>; seqs: number[] }[] = [];
    for (const wish of [
      { history: 100 },
      {},
      { history: 1_000 },
      { history: 0 },
      "since",
      { history: 5 },
      "since",
    ] as const) {
      for (const binary of [false, true]) {
        const client = connect(server.ws(), login(`r${readers.length}`));
        const seqs: number[] = [];
        client.on("message", ({ position }) => seqs.push(position?.seq ?? Number.NaN));
        const since = readers[0]?.client.hub("k").position;
        await client.hub("k").join(wish === "since" ? { since } : wish);
        readers.push({ client, seqs });
        if (binary) await senders[0]?.hub("k").sendBinary(new Uint8Array(10));
      }
    }
    isOver = true;
    await Promise.all(sending);
    const { head } = await (readers[0]?.client.hub("k").history() ?? Promise.reject());
    for (const { client, seqs } of readers) {
      await until(`${client.name} to have read all`, () => seqs.at(-1) === head);
      expect(seqs).toEqual(numbersTo(head, seqs[0]));
      client.close();
    }
    expect(head).toBeGreaterThan(300);
    for (const sender of senders) sender.close();
  });

  test("R146: an id of your own is delivered once, also to a name and from another session", async () => {
    await using server = await startServer(KEEP);
    const first = connect(server.ws(), login("Ann"));
    expect(await first.to("Bob").send({ n: 1 }, { id: "order-7" })).toEqual({ taken: 0, kept: true, seq: 1 });
    first.close();
    const ann = connect(server.ws(), login("Ann"));
    expect(await ann.to("Bob").send({ n: 1 }, { id: "order-7" })).toMatchObject({ seq: 1, duplicate: true });
    expect(await ann.to("Bob").send({ n: 1 }, { id: "order-8" })).toMatchObject({ seq: 2 });
    ann.close();
  });
});

describe.each(["claim", "accounts"])("R145: an inbox, with auth mode %s", (auth) => {
  test("messages wait for their name; what is confirmed does not come again, per device", async () => {
    await using server = await startServer({ ...KEEP, auth });
    if (auth === "accounts")
      for (const name of ["Ann", "Bob"]) await storeAccount(server.data, "user", name, `secret of ${name}`);
    const ann = connect(server.ws(), login("Ann"));
    for (const n of [1, 2]) expect(await ann.to("Bob").send({ n })).toEqual({ taken: 0, kept: true, seq: n });
    const session = async (device: string | undefined, until3 = false) => {
      const bob = connect(server.ws(), login("Bob", { inbox: device === undefined ? true : { device } }));
      const seen: unknown[] = [];
      bob.on("message", async ({ data }) => {
        seen.push(data.n);
      });
      await bob.ready();
      if (until3) {
        await until("what was stored", () => seen.length >= 2);
        expect(await ann.to("Bob").send({ n: 3 })).toEqual({ taken: 1, seq: 3 });
        await until("what is new", () => seen.length >= 3);
      }
      // What follows the login has arrived when this has its answer.
      await bob.latency();
      await bob.drain();
      bob.close();
      return seen;
    };
    expect(await session("phone", true)).toEqual([1, 2, 3]);
    expect(await session("phone")).toEqual([]);
    expect(await session(undefined)).toEqual([1, 2, 3]);
    await ann.to("Bob").send({ n: 4 });
    expect(await session("phone")).toEqual([4]);
    ann.close();
  });
});
