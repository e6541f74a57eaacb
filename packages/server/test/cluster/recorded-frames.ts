import type { Bus, OpenBus } from "../../src/bus.ts";
import { decodeFrame, type NodeFrame } from "../../src/cluster/frames.ts";
import { binaryFrame } from "../kit/binary-frame.ts";
import { createMemoryCluster, type MemoryCluster } from "../kit/memory-cluster.ts";
import { ResumingClient } from "../kit/resuming-client.ts";

/** A frame in a stream, without what belongs to the stream. */
export type Recorded = Pick<NodeFrame, "head" | "body">;

/** Kinds that take more than these nodes have or do, such as a database, as they are sent then. */
const RARE: readonly Recorded[] = [
  { head: ["kept?", 7, "n1-0.5.1.9"], body: undefined },
  { head: ["copy", 1, "nodes"], body: undefined },
  { head: ["copy-more", 1], body: undefined },
  { head: ["copied", 1, true, false], body: new Uint8Array([123, 125]) },
  { head: ["placed", [4_097, 4_098]], body: undefined },
  { head: ["current?", 3], body: undefined },
  { head: ["legacy?", 5, "root", ["nOld"], 4_097, null], body: '{"to":"Old","n":1}' },
  { head: ["members?", 6, "root", "hub", "h", 0], body: undefined },
  { head: ["stays", 4_097], body: undefined },
  { head: ["refused", 1], body: undefined },
  { head: ["cancelled", 1], body: undefined },
  { head: ["call-cancelled", 4_097, 1], body: undefined },
];

/** Everything that three nodes tell each other while their clients use whatever there is. */
export async function recordFrames(): Promise<readonly Recorded[]> {
  const frames: Recorded[] = [...RARE];
  const cluster = await createMemoryCluster(0);
  const recording = (open: OpenBus) => recorded(open, frames);
  for (const name of ["n1", "n2", "n3"]) await cluster.add(name, { bus: recording });
  await talk(cluster);
  await meetInRooms(cluster);
  await move(cluster);
  for (let second = 0; second < 3; second++) {
    cluster.clock.advance(1_000);
    await cluster.settle();
  }
  await cluster.node(3).cluster.close();
  await cluster.settle();
  return frames;
}

function recorded(open: OpenBus, frames: Recorded[]): OpenBus {
  return (owner) => {
    const bus: Bus = open(owner);
    return {
      ...bus,
      send(link, bytes) {
        const frame = decodeFrame(bytes);
        if ("head" in frame && frame.number > 0) frames.push({ head: frame.head, body: frame.body });
        return bus.send(link, bytes);
      },
    };
  };
}

/** Messages of every kind, calls and streams. */
async function talk(cluster: MemoryCluster): Promise<void> {
  const { client, settle, node } = cluster;
  const [ann, bob, cid] = [await client(1, "Ann"), await client(2, "Bob"), await client(3, "Cid")];
  const old = node(2).legacy("Old");
  const older = node(3).legacy("Older");
  await settle();
  for (const one of [ann, bob, cid]) one.send({ joinHub: "h", $presence: true }).send({ $watch: ["Old", "Ann"] });
  await settle();
  let id = 0;
  for (const target of [{ to: "Bob" }, { to: ["Bob", "Cid", "Old"] }, { toS: cid.sid }, { toH: "h" }, { bc: "all" }]) {
    ann.send({ ...target, n: 1 }).send({ $ref: ++id, ...target, n: 2 });
    ann.send(binaryFrame(JSON.stringify({ $ref: ++id, ...target }), new Uint8Array([1, 0, 255])));
    ann.send({ $ref: ++id, ...target, $latest: "k", $id: `id${id}` });
    await settle();
    for (const one of [old, older]) one.send({ ...target, n: 3 });
    await settle();
  }
  ann.send({ $ref: 50, to: "Bob", text: "x".repeat(600 * 1024) });
  await settle();
  for (const $call of [{ id: 7 }, { id: 8, stream: true }, { id: 9 }]) ann.send({ $ref: 60, to: "Bob", $call });
  await settle();
  bob.send({ $ref: 61, toS: ann.sid, $answer: { id: 7, more: true } });
  bob.send({ $ref: 62, toS: ann.sid, $answer: { id: 7 } });
  bob.send({ $ref: 63, toS: ann.sid, $answer: { id: 8, credit: 1_000 } });
  await settle();
  ann.send({ $ref: 64, to: "Bob", $call: { cancel: 9 } });
  ann.send({ $ref: 65, $members: { hub: "h" } }).send({ serverstat: true });
  ann.send({ joinHub: "h", $attributes: { mood: "fine" } });
  await settle();
  cid.send({ $ref: 66, to: "Bob", $call: { id: 10 } });
  await settle();
  bob.disconnect();
  await settle();
  cid.send({ leaveHub: "h" });
  await settle();
}

/** Rooms, and all that goes through the log. */
async function meetInRooms({ client, settle }: MemoryCluster): Promise<void> {
  const [dan, eve] = [await client(1, "Dan"), await client(2, "Eve")];
  for (const one of [dan, eve]) {
    one.send({ $ref: 1, joinHub: "room", $state: true, $presence: true });
    await settle();
  }
  dan.send({ $ref: 2, $set: { hub: "room", values: { k: 1, __proto__: 2 } } });
  await settle();
  dan.send({ $ref: 3, $room: { hub: "room", capacity: 5 } });
  await settle();
}

/** Sessions that move, one of them with a call, and messages for it meanwhile. */
async function move(cluster: MemoryCluster): Promise<void> {
  const { client, settle, node, network } = cluster;
  const fay = new ResumingClient(node(1)).send({ $ref: 0, auth: "Fay" });
  await settle();
  fay.send({ joinHub: "h", $presence: true });
  const gus = await client(2, "Gus");
  gus.send({ joinHub: "h", $presence: true }).send({ $ref: 1, to: "Fay", $call: { id: 3 } });
  await settle();
  fay.frames();
  fay.moveTo(node(3)).reconnect();
  for (let step = 0; network.pending > 0 || step < 20; step++) {
    network.flush(1);
    gus.send({ toS: fay.sid, n: step });
    await new Promise((resolve) => setImmediate(resolve));
    if (step > 200) break;
  }
  await settle();
  fay.drop(1_000);
  await settle();
}
