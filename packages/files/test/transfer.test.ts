import { expect, spyOn, test } from "bun:test";
import { createHash } from "node:crypto";
import { until, within } from "../../server/test/kit/wait.ts";
import { newSecret } from "../src/code.ts";
import type { Peer } from "../src/peer.ts";
import { type Guest, MemoryDisk, MemorySource, Party, pattern } from "./kit/party.ts";

const MB = 1024 * 1024;
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** The only other one in the room, when both share keys. */
async function peerOf({ exchange }: Guest): Promise<Peer> {
  await until("keys are agreed", () => [...exchange.room.peers.values()].some(({ pair }) => pair));
  const peer = [...exchange.room.peers.values()].find(({ pair }) => pair);
  if (!peer) throw new Error("no peer");
  return peer;
}

test("files of all sizes arrive whole, in several transfers at once, and both sides know", async () => {
  await using party = await Party.start();
  const ann = await party.guest("Ann");
  const bob = await party.guest("Bob", { accepts: true });
  const peer = await peerOf(ann);
  const sizes = [0, 1, 65_535, 65_536, 65_537, 3 * MB + 5];
  const sources = sizes.map((size, at) => new MemorySource(`folder/${at}`, pattern(size, at + 1)));
  const transfer = ann.exchange.send(peer, sources);
  const second = ann.exchange.send(peer, [new MemorySource("other", pattern(5 * MB, 9))]);
  await until("both are done", () => transfer.state === "done" && second.state === "done");
  const [first] = bob.exchange.incoming;
  expect(first?.state).toBe("done");
  expect(first?.bytes).toBe(transfer.total);
  expect(first?.digests).toEqual(sources.map(({ bytes }) => sha256(bytes)));
  expect(transfer.digests).toEqual(sources.map(({ bytes }) => sha256(bytes)));
  expect(transfer.verified).toBe(sizes.length);
  expect(bob.disk.saved.size).toBe(0);
});

test("both see the same seven emoji; with the secret of a link nothing has to be compared", async () => {
  await using party = await Party.start();
  const ann = await party.guest("Ann");
  const bob = await party.guest("Bob");
  const [there, here] = [await peerOf(ann), await peerOf(bob)];
  expect(there.pair?.emoji).toHaveLength(7);
  expect(there.pair?.emoji).toEqual(here.pair?.emoji);
  expect([there.pair?.isVerified, here.pair?.isVerified]).toEqual([false, false]);

  await using other = await Party.start();
  const linkSecret = newSecret();
  const cyd = await other.guest("Cyd", { linkSecret });
  const dan = await other.guest("Dan", { linkSecret });
  expect((await peerOf(cyd)).pair?.isVerified).toBe(true);
  expect((await peerOf(dan)).pair?.isVerified).toBe(true);
  // Somebody with another link is in the same room, but not trusted.
  const eve = await other.guest("Eve", { linkSecret: newSecret() });
  await until("Eve has keys", () => [...eve.exchange.room.peers.values()].filter(({ pair }) => pair).length === 2);
  expect([...eve.exchange.room.peers.values()].map(({ pair }) => pair?.isVerified)).toEqual([false, false]);
});

test("after two cuts and a new start of the receiver it goes on where it was, without reading again", async () => {
  await using party = await Party.start();
  const disk = new MemoryDisk();
  const bytes = pattern(20 * MB);
  const source = new MemorySource("film.mkv", bytes);
  const ann = await party.guest("Ann");
  const bob = await party.guest("Bob", { accepts: true, disk });
  const transfer = ann.exchange.send(await peerOf(ann), [source]);
  await until("a part has arrived", () => (bob.exchange.incoming[0]?.bytes ?? 0) > 3 * MB);
  bob.network.drop(300);
  await until("another part has arrived", () => (bob.exchange.incoming[0]?.bytes ?? 0) > 7 * MB);
  ann.network.drop(300);
  await until("a third part has arrived", () => (bob.exchange.incoming[0]?.bytes ?? 0) > 11 * MB);
  // As when a program is killed: what is not marked is lost.
  bob.exchange.room.close();
  bob.client.close();
  await until("the sender waits", () => transfer.state === "waiting");
  const mark = disk.saved.get(transfer.list)?.mark?.offset ?? 0;
  expect(mark).toBeGreaterThanOrEqual(8 * MB);
  const again = await party.guest("Bob", { disk });
  await within(
    "the transfer is done",
    until("done", () => transfer.state === "done"),
  );
  expect(again.exchange.incoming[0]?.digests).toEqual([sha256(bytes)]);
  expect(sha256(disk.complete.get(0) ?? new Uint8Array())).toBe(sha256(bytes));
  // 4 MiB between marks are sent again, and hashed again from the mark.
  expect(source.reads).toBeLessThan(20 * MB + 12 * MB);
}, 60_000);

test("what a device says before it leaves is heard, even if it is opened after that", async () => {
  await using party = await Party.start();
  const ann = await party.guest("Ann");
  const bob = await party.guest("Bob");
  const transfer = ann.exchange.send(await peerOf(ann), [new MemorySource("a", pattern(10))]);
  await until("the offer is there", () => bob.offers.length === 1);
  const decrypt = crypto.subtle.decrypt.bind(crypto.subtle);
  const left = Promise.withResolvers<void>();
  using _slow = spyOn(crypto.subtle, "decrypt").mockImplementation(async (...parts) => {
    await left.promise;
    return decrypt(...parts);
  });
  bob.offers[0]?.decline("No.");
  await bob.exchange.close();
  await bob.exchange.room.leave();
  await until("Bob is gone", () => ann.exchange.room.peers.size === 0);
  left.resolve();
  await until("Ann knows that he declined", () => transfer.state === "declined");
  expect(transfer.why).toBe("No.");
});
