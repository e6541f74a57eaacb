import { describe, expect, test } from "bun:test";
import { isJsonObject } from "@achex/protocol";
import { createAchex2Node } from "../kit/achex2-client.ts";
import { ResumingClient } from "../kit/resuming-client.ts";

const follow = { joinHub: "h", $state: true };
const set = (values: object, more = {}) => ({ $set: { hub: "h", values, ...more } });

/** Ann can resume and follows; Bob follows, wants to be host and writes. */
function createRoom(options = {}) {
  const memory = createAchex2Node();
  const bob = memory.achex2("Bob");
  const ann = new ResumingClient(memory).named("Ann");
  ann.send({ ...follow, ...(Object.keys(options).length > 0 && { $room: options }) });
  const [room] = ann.values("$room");
  const sid = isJsonObject(room) && isJsonObject(room.host) ? Number(room.host.sid) : 0;
  bob.result(follow);
  bob.received();
  /** Seconds pass in which Bob's connection is alive. */
  const pass = (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      bob.send('{"$time":true}');
      memory.seconds(1);
    }
    return bob;
  };
  return { ...memory, ann, bob, sid, pass };
}

/** The keys of `$state` frames, without the room. */
const states = (client: ResumingClient) =>
  client.values("$state").map((state) => {
    if (!isJsonObject(state)) throw new Error("no state");
    const { hub: _, ...rest } = state;
    return rest;
  });

describe("[R108] state and a resume", () => {
  test("[R108] the whole map comes where it is not certain what the client has received", () => {
    const { ann, bob } = createRoom();
    bob.result(set({ a: 1 }));
    ann.drop();
    bob.result(set({ b: 2 }));
    ann.resume();
    expect(states(ann)).toEqual([{ version: 2, whole: true, values: { a: 1, b: 2 } }]);
    bob.result(set({ a: 3 }));
    expect(states(ann)).toEqual([{ version: 3, values: { a: 3 } }]);
  });

  test("[R108] a difference comes where a counted frame proves what the client has received", () => {
    const { ann, bob, seconds } = createRoom();
    for (const values of [{ a: 1 }, { b: 1 }, { gone: 1 }]) bob.result(set(values));
    seconds(1);
    bob.send({ toH: "h", n: 1 });
    ann.frames();
    bob.result(set({ b: 2 }, { delete: ["gone"] }));
    ann.drop();
    bob.result(set({ c: 3 }));
    ann.resume();
    expect(ann.frames().filter(({ $resumed }) => !$resumed)).toEqual([
      { $state: { hub: "h", version: 5, values: { b: 2, c: 3 }, deleted: ["gone"] } },
      { $room: expect.objectContaining({ term: 1 }) },
    ]);
  });

  test("[R108] what is replayed proves nothing about the state", () => {
    const { ann, bob, seconds } = createRoom();
    bob.result(set({ a: 1 }));
    seconds(1);
    // On the way when the connection drops: the state is lost, the message is replayed.
    bob.result(set({ a: 2 }));
    bob.send({ toH: "h", n: 1 });
    ann.drop();
    ann.resume();
    ann.frames();
    ann.acknowledge();
    seconds(2);
    ann.drop();
    bob.result(set({ b: 1 }));
    ann.resume();
    expect(states(ann).at(-1)).toEqual({ version: 3, whole: true, values: { a: 2, b: 1 } });
  });

  test("[R106] own keys stay while their session is away, and go when its window ends", () => {
    const { ann, bob, pass } = createRoom();
    ann.send(set({ mine: 1 }, { own: true }));
    bob.received();
    ann.drop();
    pass(100);
    expect(bob.fault(set({ mine: 2 }))).toBe("not-owner");
    bob.received();
    pass(21);
    expect(bob.receivedValues("$state")).toEqual([{ hub: "h", version: 2, deleted: ["mine"] }]);
  });

  test("[R104] frames of a session that is away are handled, and it learns the outcome", () => {
    const { ann, bob, node, sid } = createRoom();
    ann.drop();
    node.core.sessions.get(sid)?.handle(JSON.stringify({ $ref: 5, ...set({ a: 1 }) }));
    expect(bob.receivedValues("$state")).toEqual([{ hub: "h", version: 1, values: { a: 1 } }]);
    ann.resume();
    const frames = ann.frames();
    expect(frames).toContainEqual({ $ref: 5, $result: { version: 1 } });
  });
});

describe("[R111] a host that is away", () => {
  test("[R111] is replaced after the grace period, and keeps its place among the followers", () => {
    const { ann, bob, seconds, sid } = createRoom({ grace: 3 });
    ann.drop();
    seconds(2);
    expect(bob.receivedValues("$host")).toEqual([]);
    seconds(1);
    expect(bob.receivedValues("$host")).toEqual([{ hub: "h", term: 2, name: "Bob", sid: bob.sid }]);
    ann.resume();
    expect(ann.values("$room")).toMatchObject([{ term: 2, host: { name: "Bob" } }]);
    ann.send({ $ref: 9, ...set({ a: 1 }, { term: 1 }) });
    expect(ann.values("$fault")).toMatchObject([{ code: "stale-term", term: 2 }]);
    expect(bob.receivedValues("$state")).toEqual([]);
    bob.result({ joinHub: "h", $host: false });
    expect(ann.values("$host")).toEqual([{ hub: "h", term: 3, name: "Ann", sid }]);
  });

  test("[R111] stays host if it returns in time", () => {
    const { ann, bob, seconds, sid } = createRoom();
    ann.drop();
    seconds(4);
    ann.resume();
    seconds(10);
    expect(bob.receivedValues("$host")).toEqual([]);
    expect(ann.values("$room")).toMatchObject([{ term: 1, host: { sid } }]);
  });

  test("[R111] stays host while nobody else can be, and is replaced by the next candidate", () => {
    const { ann, bob, pass, achex2 } = createRoom();
    bob.result({ joinHub: "h", $host: false });
    ann.drop();
    pass(60);
    expect(bob.receivedValues("$host")).toEqual([]);
    const cid = achex2("Cid");
    cid.result(follow);
    expect(bob.receivedValues("$host")).toEqual([{ hub: "h", term: 2, name: "Cid", sid: cid.sid }]);
    expect(cid.receivedValues("$room")).toMatchObject([{ term: 2, host: { name: "Cid" } }]);
  });

  test("[R111] is replaced at once where the grace period is 0", () => {
    const { ann, bob } = createRoom({ grace: 0 });
    ann.drop();
    expect(bob.receivedValues("$host")).toEqual([{ hub: "h", term: 2, name: "Bob", sid: bob.sid }]);
  });

  test("[R113] cannot be handed the role", () => {
    const { ann, bob, sid } = createRoom({ grace: 0 });
    ann.drop();
    bob.received();
    expect(bob.fault({ $host: { hub: "h", sid } })).toBe("not-candidate");
  });
});

test("[R122 R121] a seat and a place in a full room are kept while their owner is away", () => {
  const { ann, bob, achex2, pass } = createRoom({ capacity: 2, seats: 1 });
  ann.send({ joinHub: "h", $seat: true });
  ann.drop();
  pass(100);
  expect(achex2("Cid").fault(follow)).toBe("room-full");
  expect(bob.result({ joinHub: "h", $seat: true })).toEqual({ count: 2, seat: null });
  pass(21);
  expect(bob.result({ joinHub: "h", $seat: true })).toEqual({ count: 1, seat: 1 });
});
