import { expect, test } from "bun:test";
import { batchEntry, encodeBatch } from "../../src/cluster/log-batch.ts";
import { forgedBatch } from "../cluster/simulate-forged-log.ts";
import { append, kept } from "../contract/keep.ts";
import { temporaryFolder } from "../contract/sqlite-keep.ts";
import { MemoryNetwork } from "../kit/memory-bus.ts";
import { until } from "../kit/wait.ts";
import { Random } from "../sim/random.ts";
import { openLoggedNode } from "./logged-node.ts";

const channel = kept("room", { messages: 1_000 });

const openNode = (network: MemoryNetwork, name: string, folder: string) =>
  openLoggedNode(network, name, folder, () => undefined);

/** Values that SQLite does not store as what they should be. */
const CONFIRMED = ["1.5", "1e999", "-1", "9007199254740993", "1e300", "true", "null", '"1"', "[1]"];

test("R169 entries of the log that no database could store stop no node, and all nodes store the same", async () => {
  using one = temporaryFolder();
  using other = temporaryFolder();
  const network = new MemoryNetwork();
  network.isImmediate = true;
  const [a, b] = [openNode(network, "a", one.folder), openNode(network, "b", other.folder)];
  await a.log.ready;
  const shard = a.log.shardOf(channel.instance);
  const stranger = network.bus("stranger")({ connected() {}, disconnected() {}, received() {} });
  let id = 0;
  for (const kind of ["confirm", "forget", "keep"])
    for (const value of CONFIRMED) {
      const place = kind === "confirm" ? ["phone", 0] : [0];
      const { headText, ...rest } = batchEntry(++id, kind, ["root", "hub", "room", ...place], "{}");
      const text = headText.replace("0],", `${value}],`);
      void stranger.append(shard, encodeBatch("n", "n-1.1", [{ ...rest, headText: text }]), `${id}`);
    }
  const random = new Random(7);
  for (let n = 0; n < 200; n++) void stranger.append(shard, forgedBatch(random), `forged ${n}`);
  expect(await append(a.keep, channel, "fine")).toMatchObject({ kind: "kept" });
  await until("the message at b", () => b.keep.span(channel).head === a.keep.span(channel).head);
  expect([...a.failures, ...b.failures]).toEqual([]);
  const framesOf = ({ keep }: typeof a) => keep.read(channel, { after: 0, messages: 1_000, bytes: 10_000_000 });
  expect(framesOf(b)).toEqual(framesOf(a));
  expect(framesOf(a).length).toBeGreaterThan(1);
  expect([a.log.refused.counts.failed, b.log.refused.counts.failed]).toEqual([undefined, undefined]);
  for (const node of [a, b]) await node.close();
}, 30_000);
