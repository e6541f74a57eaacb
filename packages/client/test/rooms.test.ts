import { describe, expect, test } from "bun:test";
import type { Message } from "../src/index.ts";
import { connectingClient, faultOf, outcomeOf, readyClient, settled } from "./kit/scripted-client.ts";
import { until } from "./kit/until.ts";

const member = (name: string, sid: number, attributes = {}) => ({ name, sid, joined: 5, attributes });

/** A room with presence, in which Ann and Bob are. */
async function kitchen() {
  const scripted = readyClient();
  const { relay, ann } = scripted;
  const room = ann.hub("kitchen");
  const told: unknown[] = [];
  for (const type of ["joined", "left", "changed", "count", "roster"] as const)
    room.on(type, (event) => told.push([type, event]));
  const join = room.join({ presence: true, attributes: { color: "red" } });
  await until("the join", () => relay.socket.has("joinHub"));
  const frame = relay.socket.take("joinHub");
  relay.socket.deliver({
    $roster: { hub: "kitchen", count: 2, members: [member("Ann", 1), member("Bob", 2)], next: null },
  });
  relay.socket.reply(frame, { count: 2 });
  await join;
  told.length = 0;
  return { ...scripted, room, told, frame };
}

describe("joining", () => {
  test("R12: hubs and broadcasts, with their member count", async () => {
    const { relay, ann } = readyClient();
    const hub = ann.hub("h").join();
    const broadcast = ann.broadcast("b").join();
    expect(relay.socket.inbox).toMatchObject([{ joinHub: "h" }, { cmd: "register_broadcast", bid: "b" }]);
    relay.socket.reply(relay.socket.take("joinHub"), { count: 4 });
    relay.socket.reply(relay.socket.take("cmd"), { count: 1 });
    expect([(await hub).count, (await broadcast).count, ann.hub("h").count]).toEqual([4, 1, 4]);
  });

  test("a join made while away happens at the login, before what was sent", async () => {
    const { relay, ann } = connectingClient();
    const join = ann.hub("h").join();
    void ann.hub("h").send({ n: 1 });
    relay.socket.hello();
    relay.socket.reply(relay.socket.take("setID"), { name: "Ann" });
    expect(Object.keys(relay.socket.inbox[0] ?? {})).toContain("joinHub");
    relay.socket.reply(relay.socket.take("joinHub"), { count: 1 });
    await join;
  });

  test("dropped in the middle of joining: the promise waits for the next connection", async () => {
    const { relay, ann, reconnect } = readyClient();
    const join = outcomeOf(ann.hub("h").join());
    relay.socket.take("joinHub");
    relay.socket.drop();
    await settled();
    expect(join).toEqual({});
    reconnect();
    relay.socket.reply(relay.socket.take("joinHub"), { count: 1 });
    await settled();
    expect(join.value).toEqual({ count: 1 });
  });

  test("after a drop it joins again, with presence and attributes", async () => {
    const { relay, reconnect } = await kitchen();
    relay.socket.drop();
    reconnect();
    expect(relay.socket.take("joinHub")).toMatchObject({
      joinHub: "kitchen",
      $presence: true,
      $attributes: { color: "red" },
    });
  });

  test("a refused join rejects and is not repeated", async () => {
    const { relay, ann, reconnect } = readyClient();
    const fault = faultOf(ann.hub("h").join());
    relay.socket.refuse(relay.socket.take("joinHub"), "too-many-channels");
    expect((await fault).code).toBe("too-many-channels");
    relay.socket.drop();
    reconnect();
    expect(relay.socket.has("joinHub")).toBe(false);
  });

  test("a refused rejoin is reported as a fault", async () => {
    const { relay, faults, reconnect } = await kitchen();
    relay.socket.drop();
    reconnect();
    relay.socket.refuse(relay.socket.take("joinHub"), "too-many-channels");
    expect(faults.map(({ code }) => code)).toEqual(["too-many-channels"]);
  });

  test("R13: left rooms are not joined again; leaving twice is not a fault", async () => {
    const { relay, room, reconnect } = await kitchen();
    const leave = room.leave();
    relay.socket.reply(relay.socket.take("leaveHub"));
    await leave;
    const again = room.leave();
    relay.socket.refuse(relay.socket.take("leaveHub"), "not-member");
    await again;
    relay.socket.drop();
    reconnect();
    expect([relay.socket.has("joinHub"), room.members]).toEqual([false, []]);
  });
});

describe("presence", () => {
  test("R20: a member who logged in under another name is listed under it", async () => {
    const { relay, room } = await kitchen();
    relay.socket.deliver({ $changed: { hub: "kitchen", name: "Robert", sid: 2, attributes: {} } });
    expect(room.members.map(({ name }) => name)).toEqual(["Ann", "Robert"]);
  });

  test("R20, R21: who comes, goes and changes, in one order with the messages", async () => {
    const { relay, room, told } = await kitchen();
    room.on("message", ({ data }) => told.push(["message", data]));
    relay.socket.deliver({ $joined: { hub: "kitchen", ...member("Cid", 3) } });
    relay.socket.deliver({ toH: "kitchen", n: 1, sID: 3, FROM: "Cid" });
    relay.socket.deliver({ $changed: { hub: "kitchen", name: "Bob", sid: 2, attributes: { away: true } } });
    relay.socket.deliver({ $left: { hub: "kitchen", name: "Cid", sid: 3 } });
    expect(told).toEqual([
      ["joined", member("Cid", 3)],
      ["count", 3],
      ["message", { n: 1 }],
      ["changed", member("Bob", 2, { away: true })],
      ["left", { name: "Cid", sid: 3 }],
      ["count", 2],
    ]);
    expect(room.members).toEqual([member("Ann", 1, { color: "red" }), member("Bob", 2, { away: true })]);
  });

  test("R22: joining again changes one's own attributes, of which the server does not tell", async () => {
    const { relay, room } = await kitchen();
    const again = room.join({ presence: true, attributes: { color: "blue" } });
    relay.socket.reply(relay.socket.take("joinHub"), { count: 2 });
    await again;
    expect(room.members[0]?.attributes).toEqual({ color: "blue" });
  });

  test("R23: large rooms are counts, and a new roster replaces the old", async () => {
    const { relay, room, told } = await kitchen();
    relay.socket.deliver({ $count: { hub: "kitchen", count: 231 } });
    expect([room.count, told]).toEqual([231, [["count", 231]]]);
    relay.socket.deliver({ $roster: { hub: "kitchen", count: 1, members: [member("Ann", 1)], next: null } });
    expect([room.count, room.members.length]).toEqual([1, 1]);
  });

  test("R24: pages", async () => {
    const { relay, room } = await kitchen();
    const page = room.page(200);
    await until("the question", () => relay.socket.has("$members"));
    const frame = relay.socket.take("$members");
    expect(frame.$members).toEqual({ hub: "kitchen", after: 200 });
    relay.socket.reply(frame, { count: 231, members: [member("Zoe", 201)], next: 456 });
    expect(await page).toEqual({ members: [member("Zoe", 201)], next: 456 });
  });

  test("malformed rosters and attributes of peers harm nobody", async () => {
    const { relay, room, ann } = await kitchen();
    const hostile =
      '{"$joined":{"hub":"kitchen","name":"Eve","sid":9,"attributes":{"__proto__":{"a":1},"ok":"x","deep":[1]}}}';
    relay.socket.deliver(hostile);
    relay.socket.deliver({ $joined: { hub: "kitchen", name: 5, sid: "x" } });
    relay.socket.deliver({ $joined: 7 });
    relay.socket.deliver({ $roster: [] });
    relay.socket.deliver({ $left: { hub: "kitchen", sid: 77 } });
    relay.socket.deliver({ $changed: { hub: "kitchen", sid: 78, attributes: 1 } });
    relay.socket.deliver({ $count: { hub: "kitchen" } });
    relay.socket.deliver({ leftHub: { x: 1 } });
    const eve = room.members.find(({ name }) => name === "Eve");
    expect(Object.entries(eve?.attributes ?? {})).toEqual([["ok", "x"]]);
    expect([room.members.length, room.count, ann.state]).toEqual([3, 3, "ready"]);
  });

  test("C12: without presence, leftHub reports who left", async () => {
    const { relay, ann } = readyClient();
    const gone: unknown[] = [];
    ann.hub("h").on("left", (who) => gone.push(who));
    relay.socket.deliver({ leftHub: "h", user: "Bob", sID: 2 });
    expect(gone).toEqual([{ name: "Bob", sid: 2 }]);
  });
});

describe("messages of a room", () => {
  test("K6, C9: each room hears its own; the client hears all", () => {
    const { relay, ann } = readyClient();
    const heard: unknown[] = [];
    ann.hub("a").on("message", ({ data }) => heard.push(["hub a", data]));
    ann.broadcast("a").on("message", ({ data }) => heard.push(["broadcast a", data]));
    ann.on("message", ({ data, channel }) => heard.push([channel, data]));
    relay.socket.deliver({ toH: "a", n: 1, sID: 2, FROM: "Bob" });
    relay.socket.deliver({ bc: ["a", "b"], n: 2, sID: 2, FROM: "Bob" });
    expect(heard).toEqual([
      ["hub a", { n: 1 }],
      [{ kind: "hub", names: ["a"] }, { n: 1 }],
      ["broadcast a", { n: 2 }],
      [{ kind: "broadcast", names: ["a", "b"] }, { n: 2 }],
    ]);
  });

  test("R3: a message of a legacy client may hold any key and is still a message", () => {
    const { relay, ann } = readyClient();
    const heard: Message[] = [];
    ann.on("message", (message) => heard.push(message));
    relay.socket.deliver({ to: "Ann", $ref: 1, $hello: { sid: 9 }, $fault: {}, leftHub: "x", sID: 2, FROM: "Bob" });
    expect(heard.length).toBe(1);
    expect(ann.sid).toBe(1);
  });

  test("a loop gets them in order and ends when the room is left", async () => {
    const { relay, room } = await kitchen();
    const messages = room.messages();
    for (const n of [1, 2]) relay.socket.deliver({ toH: "kitchen", n, sID: 2, FROM: "Bob" });
    const seen: unknown[] = [];
    for await (const { data } of messages) {
      seen.push(data.n);
      if (data.n === 2) relay.socket.deliver({ toH: "kitchen", n: 3, sID: 2, FROM: "Bob" });
      if (data.n === 3) void room.leave();
    }
    expect(seen).toEqual([1, 2, 3]);
  });

  test("a loop that falls behind gets a fault", async () => {
    const { relay, room } = await kitchen();
    const messages = room.messages(2);
    for (const n of [1, 2, 3]) relay.socket.deliver({ toH: "kitchen", n, sID: 2, FROM: "Bob" });
    const seen: unknown[] = [];
    const loop = (async () => {
      for await (const { data } of messages) seen.push(data.n);
    })();
    expect((await faultOf(loop)).code).toBe("lagging");
    expect(seen).toEqual([1, 2]);
  });

  test("reply() goes to the session it came from", () => {
    const { relay, ann } = readyClient();
    ann.on("message", (message) => void message.reply({ ok: true }));
    relay.socket.deliver({ bc: "news", sID: 77, FROM: "Bob" });
    expect(relay.socket.take("toS")).toMatchObject({ toS: 77, ok: true });
  });
});

describe("watching names", () => {
  test("a refusal ends only what was asked for with it, before and after a reconnection", async () => {
    const { ann, relay, reconnect } = readyClient();
    const heard: string[] = [];
    ann.on("online", (name) => heard.push(name));
    void ann.watch("Bob");
    relay.socket.reply(relay.socket.take("$watch"), { online: [] });
    const refused = faultOf(ann.watch("Bob", "Cid"));
    relay.socket.refuse(relay.socket.take("$watch"), "too-many-watches");
    expect((await refused).code).toBe("too-many-watches");
    relay.socket.deliver({ $online: "Bob" });
    relay.socket.deliver({ $online: "Cid" });
    expect(heard).toEqual(["Bob"]);
    relay.socket.drop();
    const later = faultOf(ann.watch("Dan"));
    reconnect();
    const [known, added] = [relay.socket.take("$watch"), relay.socket.take("$watch")];
    expect([known.$watch, added.$watch]).toEqual([["Bob"], ["Dan"]]);
    relay.socket.reply(known, { online: [] });
    relay.socket.refuse(added, "too-many-watches");
    expect((await later).code).toBe("too-many-watches");
    relay.socket.deliver({ $online: "Bob" });
    expect(heard).toEqual(["Bob", "Bob"]);
  });

  test("R25: online and offline; after a drop only what has changed is reported", async () => {
    const { relay, ann, reconnect } = readyClient();
    const told: unknown[] = [];
    ann.on("online", (name) => told.push(`${name} online`));
    ann.on("offline", (name) => told.push(`${name} offline`));
    const watch = ann.watch("Bob", "Cid");
    await until("the watch", () => relay.socket.has("$watch"));
    relay.socket.reply(relay.socket.take("$watch"), { online: ["Bob"] });
    expect(await watch).toEqual(["Bob"]);
    relay.socket.deliver({ $online: "Cid" });
    relay.socket.deliver({ $online: "Stranger" });
    await settled();
    relay.socket.drop();
    reconnect();
    await until("the watch", () => relay.socket.has("$watch"));
    relay.socket.reply(relay.socket.take("$watch"), { online: ["Cid"] });
    await settled();
    expect(told).toEqual(["Bob online", "Cid online", "Bob offline"]);
    ann.unwatch("Cid");
    await settled();
    expect(relay.socket.take("$unwatch")).toMatchObject({ $unwatch: ["Cid"] });
  });
});
