import { expect, test } from "bun:test";
import { readdirSync, statSync, writeFileSync } from "node:fs";
import type { LoggedKeep } from "../../src/keep/logged-keep.ts";
import { append, kept } from "../contract/keep.ts";
import { temporaryFolder } from "../contract/sqlite-keep.ts";
import { MemoryNetwork } from "../kit/memory-bus.ts";
import { until } from "../kit/wait.ts";
import { openLoggedNode } from "./logged-node.ts";

const channel = kept("room", { messages: 10 });

const openNode = (network: MemoryNetwork, name: string, folder: string) =>
  openLoggedNode(network, name, folder, () => channel);

const framesOf = (keep: LoggedKeep) =>
  keep.read(channel, { after: 0, messages: 100, bytes: 1_000_000 }).map(({ frame }) => frame);

test("R169 two nodes store the same positions, epochs and repetitions; a node that was away goes on where it was", async () => {
  using one = temporaryFolder();
  using other = temporaryFolder();
  const network = new MemoryNetwork();
  network.isImmediate = true;
  const a = openNode(network, "a", one.folder);
  let b = openNode(network, "b", other.folder);
  await a.log.ready;
  expect(await append(a.keep, channel, "1", 1, "id")).toMatchObject({ kind: "kept", seq: 1 });
  expect(await append(b.keep, channel, "2")).toMatchObject({ kind: "kept", seq: 2 });
  expect(await append(b.keep, channel, "1", 1, "id")).toEqual({ kind: "duplicate", seq: 1 });
  await until("both at a", () => a.keep.span(channel).head === 2);
  expect(b.arrivals.map(({ frame, seq }) => [frame, seq])).toEqual([["1", 1]]);
  expect(a.keep.span(channel)).toEqual(b.keep.span(channel));
  a.keep.confirm(channel, "phone", 2);
  await until("the device at b", () => b.keep.confirmed(channel, "phone") === 2);
  await b.close();
  expect(await append(a.keep, channel, "3")).toMatchObject({ seq: 3 });
  b = openNode(network, "b", other.folder);
  await until("the third at b", () => b.keep.span(channel).head === 3);
  expect(framesOf(b.keep)).toEqual(["1", "2", "3"]);
  expect(b.keep.span(channel).epoch).toBe(a.keep.span(channel).epoch);
  expect([...a.failures, ...b.failures]).toEqual([]);
  for (const node of [a, b]) await node.close();
});

test("R145 R169 a position that a device confirms is confirmed when the log has it, and not without a quorum", async () => {
  using folder = temporaryFolder();
  const network = new MemoryNetwork();
  network.isImmediate = true;
  const node = openNode(network, "a", folder.folder);
  await node.log.ready;
  await append(node.keep, channel, "1");
  network.isImmediate = false;
  let confirmed: unknown;
  const confirming = Promise.resolve(node.keep.confirm(channel, "phone", 1)).then((outcome) => {
    confirmed = outcome;
  });
  await until("the entry", () => network.pending > 0);
  expect(confirmed).toBeUndefined();
  network.isImmediate = true;
  network.flush();
  await confirming;
  expect(confirmed).toBe("confirmed");
  // Also while it is still being written.
  expect(node.keep.confirmed(channel, "phone")).toBe(1);
  const later = node.keep.confirm(channel, "phone", 2);
  node.log.close();
  expect(await later).toBe("no-quorum");
  await node.close();
});

test("R169 a copy of another node has its messages, epochs and positions, and only its owner can read it", async () => {
  using one = temporaryFolder();
  using other = temporaryFolder();
  const network = new MemoryNetwork();
  network.isImmediate = true;
  const a = openNode(network, "a", one.folder);
  await a.log.ready;
  for (const frame of ["1", "2", "x".repeat(600_000)]) await append(a.keep, channel, frame.slice(0, 400_000));
  const b = openNode(new MemoryNetwork(), "b", other.folder);
  await b.keep.restore(a.keep.copy());
  expect(framesOf(b.keep)).toEqual(framesOf(a.keep));
  expect(b.keep.span(channel)).toEqual(a.keep.span(channel));
  expect(b.keep.positions()).toEqual(a.keep.positions());
  expect(statSync(`${other.folder}/keep.db`).mode & 0o077).toBe(0);
  for (const node of [a, b]) await node.close();
});

test("R169 while the database is copied, all other turns of the event loop go on, and writes too; nothing is left behind", async () => {
  using folder = temporaryFolder();
  writeFileSync(`${folder.folder}/keep.copy-of-a-process-that-died`, "x");
  const network = new MemoryNetwork();
  network.isImmediate = true;
  const node = openNode(network, "a", folder.folder);
  await node.log.ready;
  for (let n = 0; n < 40; n++) await append(node.keep, channel, "x".repeat(400_000));
  const copiesIn = () => readdirSync(folder.folder).filter((name) => name.startsWith("keep.copy"));
  expect(copiesIn()).toEqual([]);
  const [first, second] = [0, 1].map(() => node.keep.copy()[Symbol.asyncIterator]());
  let turns = 0;
  let isThere = false;
  const piece = first?.next().then(({ value }) => {
    isThere = true;
    return value;
  });
  const written = append(node.keep, channel, "meanwhile");
  while (!isThere) {
    turns++;
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(turns).toBeGreaterThan(20);
  expect((await piece)?.length).toBe(256 * 1024);
  expect(await written).toMatchObject({ kind: "kept", seq: 41 });
  let isSecond = false;
  const other = second?.next().then(() => {
    isSecond = true;
  });
  await first?.next();
  expect([isSecond, copiesIn().length]).toEqual([false, 1]);
  await first?.return?.();
  await other;
  await second?.return?.();
  expect(copiesIn()).toEqual([]);
  await node.close();
});

test("R141 R169 a message of more bytes than an entry of the log takes is keep-full, however few characters it has", async () => {
  using folder = temporaryFolder();
  const network = new MemoryNetwork();
  network.isImmediate = true;
  const node = openNode(network, "a", folder.folder);
  await node.log.ready;
  expect(await append(node.keep, channel, "€".repeat(200_000))).toEqual({ kind: "failed", reason: "disk" });
  expect(await append(node.keep, channel, "€".repeat(150_000))).toMatchObject({ kind: "kept", seq: 1 });
  await node.close();
});
