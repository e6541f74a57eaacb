import { expect, test } from "bun:test";
import { connect, type Data } from "@achex/client";
import { openStream } from "@achex/client/streams";
import { until } from "../../server/test/kit/wait.ts";
import { base64Of, randomBytes } from "../src/bytes.ts";
import { type Guest, MemorySource, Party, pattern } from "./kit/party.ts";

const MB = 1024 * 1024;

async function pairOf({ exchange }: Guest) {
  await until("keys are agreed", () => [...exchange.room.peers.values()].some(({ pair }) => pair));
  const peer = [...exchange.room.peers.values()].find(({ pair }) => pair);
  if (!peer?.pair) throw new Error("no peer");
  return { peer, pair: peer.pair };
}

test("a stranger with the code gets no keys without the committed one, and cannot speak for others", async () => {
  await using party = await Party.start();
  const ann = await party.guest("Ann");
  const bob = await party.guest("Bob", { accepts: true });
  const { pair } = await pairOf(ann);
  const eve = connect<object>(party.server.ws("/files"), { name: "Eve" });
  const room = eve.hub(`room-${party.code}`);
  await room.join({ presence: true, attributes: { name: "Bob", kind: "terminal" } });
  const sid = bob.client.sid ?? 0;
  const ask = (data: object) => eve.ask(sid, data, { timeout: 5_000 });
  const hello = { files: "hello", pairing: "0".repeat(16), commitment: base64Of(randomBytes(32)), known: [] };
  // Another key than the committed one, and points of low order.
  await ask(hello);
  const reveal = {
    files: "key",
    pairing: hello.pairing,
    key: base64Of(randomBytes(32)),
    proof: base64Of(randomBytes(32)),
  };
  await expect(ask(reveal)).rejects.toThrow();
  await expect(ask({ files: "key" })).rejects.toThrow();
  await expect(ask({ files: "hello", pairing: 1 })).rejects.toThrow();
  // Messages and streams of a pairing that is not hers, and anything else.
  await eve.session(sid).sendBinary(randomBytes(200), { files: pair.pairing });
  await eve.session(sid).sendBinary(new Uint8Array(), { files: "constructor" });
  await eve.session(sid).sendBinary(randomBytes(5), {});
  const streaming = async () => {
    const { writable } = await openStream(eve, sid, { files: pair.pairing, run: 1 });
    const writer = writable.getWriter();
    await writer.write(randomBytes(9));
    await writer.close();
  };
  await expect(streaming()).rejects.toThrow();
  await until("they are ignored", () => bob.ignored.length >= 4);
  const transfer = ann.exchange.send((await pairOf(ann)).peer, [new MemorySource("a", pattern(MB))]);
  await until("the others go on", () => transfer.state === "done");
  eve.close();
});

test("a relay that repeats or changes messages is not believed", async () => {
  await using party = await Party.start();
  const ann = await party.guest("Ann");
  const bob = await party.guest("Bob");
  const { peer, pair } = await pairOf(ann);
  const frames: { readonly data: Data; readonly bytes: Uint8Array }[] = [];
  bob.client.on("message", ({ data, bytes }) => {
    if (bytes) frames.push({ data: { ...data }, bytes });
  });
  ann.exchange.send(peer, [new MemorySource("a", pattern(10))]);
  await until("the offer is there", () => bob.offers.length === 1);
  const [first] = frames;
  if (!first) throw new Error("no message");
  // Ann's own session sends it, as the relay could: only the keys tell the difference.
  await ann.client.session(bob.client.sid ?? 0).sendBinary(first.bytes, { files: pair.pairing });
  const changed = first.bytes.slice();
  changed[7] = 99;
  await ann.client.session(bob.client.sid ?? 0).sendBinary(changed, { files: pair.pairing });
  await until("both are ignored", () => bob.ignored.length === 2);
  expect(bob.ignored).toEqual(["repeated", "not sealed with the key of this pairing"]);
  expect(bob.offers).toHaveLength(1);
});

test("a sender that breaks the protocol ends its transfer, and only that one", async () => {
  await using party = await Party.start();
  const ann = await party.guest("Ann");
  const bob = await party.guest("Bob", { accepts: true });
  const { peer, pair } = await pairOf(ann);
  const id = "1".repeat(32);
  const files = [{ path: "../../x", size: 100, modified: 0 }];
  await pair.send({ t: "offer", id, part: 0, parts: 1, files });
  await until("it is accepted", () => bob.exchange.incoming[0]?.state === "running");
  await pair.send({ t: "begin", id, run: 77, salt: base64Of(randomBytes(16)), via: "relay" });
  await until("the run is expected", () => bob.exchange.incoming[0]?.via === "relay");
  const { writable } = await openStream(ann.client, bob.client.sid ?? 0, { files: pair.pairing, run: 77 });
  await writable
    .getWriter()
    .write(randomBytes(500))
    .catch(() => {});
  await until("it has failed", () => bob.exchange.incoming[0]?.state === "failed");
  expect(bob.exchange.incoming[0]?.why).toContain("instead of 0/0");
  const transfer = ann.exchange.send(peer, [new MemorySource("good", pattern(MB))]);
  await until("the next one is done", () => transfer.state === "done");
});

test("nobody decides for a receiver: offers wait, can be declined, and only so many of them", async () => {
  await using party = await Party.start();
  const ann = await party.guest("Ann");
  const bob = await party.guest("Bob");
  const { peer } = await pairOf(ann);
  const sent = Array.from({ length: 18 }, (_, at) =>
    ann.exchange.send(peer, [new MemorySource(`${at}`, pattern(9, at))]),
  );
  await until("too many are declined", () => sent.filter(({ state }) => state === "declined").length === 2);
  expect(bob.offers).toHaveLength(16);
  expect(sent[17]?.why).toContain("Too many");
  bob.offers[0]?.decline();
  await until("it is declined", () => sent[0]?.state === "declined");
  expect(bob.disk.partial.size).toBe(0);
});

test("a file whose hash differs is sent again once, and then fails on both sides; so does one that became shorter", async () => {
  await using party = await Party.start();
  const ann = await party.guest("Ann");
  const bob = await party.guest("Bob", { accepts: true });
  const { peer } = await pairOf(ann);
  // As when a disk changes a byte: what is hashed is not what was sent.
  bob.disk.spoiled = 1;
  const transfer = ann.exchange.send(peer, [new MemorySource("log", pattern(2 * MB))]);
  await until("it is done, the second time", () => transfer.state === "done");
  expect(bob.disk.spoiled).toBe(0);
  bob.disk.spoiled = 2;
  const again = ann.exchange.send(peer, [new MemorySource("log 2", pattern(2 * MB))]);
  await until("both give up", () => bob.exchange.incoming[1]?.state === "failed" && again.state === "cancelled");
  expect(again.why).toContain("changed");

  const short = new MemorySource("short", pattern(2 * MB));
  short.bytes = short.bytes.slice(0, MB + 5);
  const failing = ann.exchange.send(peer, [short]);
  await until("it has failed", () => failing.state === "failed");
  expect(failing.why).toContain("shorter");
  await until("the receiver knows", () => bob.exchange.incoming[2]?.state === "cancelled");
});

test("pause, resume and cancel work from both sides", async () => {
  await using party = await Party.start();
  const ann = await party.guest("Ann");
  const bob = await party.guest("Bob", { accepts: true });
  const { peer } = await pairOf(ann);
  const transfer = ann.exchange.send(peer, [new MemorySource("film", pattern(12 * MB))]);
  await until("it runs", () => (bob.exchange.incoming[0]?.bytes ?? 0) > MB);
  const [incoming] = bob.exchange.incoming;
  incoming?.pause(true);
  await until("both are paused", () => transfer.state === "paused" && incoming?.state === "paused");
  expect([transfer.pausedThere, transfer.pausedHere]).toEqual([true, false]);
  transfer.pause(true);
  incoming?.pause(false);
  await until("the sender's pause remains", () => incoming?.pausedThere === true && !transfer.pausedThere);
  expect(transfer.state).toBe("paused");
  transfer.pause(false);
  const before = incoming?.bytes ?? 0;
  await until("it goes on", () => (incoming?.bytes ?? 0) > before + 3 * MB);
  incoming?.cancel();
  await until("the sender knows", () => transfer.state === "cancelled");
  await until("nothing is left", () => bob.disk.isDiscarded && bob.disk.saved.size === 0);
});
