import { describe, expect, test } from "bun:test";
import type { HostChange, RoomOptions } from "../../src/index.ts";
import { faultOf, outcomeOf, readyClient, settled } from "../kit/scripted-client.ts";

type Frame = Record<string, unknown>;

/** Ann, session 1, follows the hub `game`, in which Bob, session 2, is the host of term 7. */
async function game() {
  const scripted = readyClient();
  const { relay, ann } = scripted;
  const room = ann.hub("game");
  const hosts: HostChange[] = [];
  const options: RoomOptions[] = [];
  room.on("host", (change) => hosts.push(change));
  room.on("options", (change) => options.push(change));
  const joined = room.join({ state: true });
  const frame = (key: "$room" | "$host", content: Frame) =>
    relay.socket.deliver({ [key]: { hub: "game", ...content } });
  frame("$room", { term: 7, host: { name: "Bob", sid: 2 }, options: { capacity: 8, grace: 5 } });
  relay.socket.reply(relay.socket.take("joinHub"), { count: 2 });
  await joined;
  return { ...scripted, room, hosts, options, frame };
}

describe("host and term", () => {
  test("R110, R112: the host when joining, and each change of it", async () => {
    const { room, hosts, frame } = await game();
    expect([room.host, room.term, room.isHost]).toEqual([{ name: "Bob", sid: 2 }, 7, false]);
    frame("$host", { term: 9, name: "Ann", sid: 1 });
    expect([room.host, room.term, room.isHost]).toEqual([{ name: "Ann", sid: 1 }, 9, true]);
    frame("$host", { term: 10 });
    expect([room.host, room.term, room.isHost]).toEqual([undefined, 10, false]);
    expect(hosts.map(({ host, term, isHost }) => [host?.name, term, isHost])).toEqual([
      ["Bob", 7, false],
      ["Ann", 9, true],
      [undefined, 10, false],
    ]);
  });

  test("the same host in the same term is not a change", async () => {
    const { hosts, options, frame } = await game();
    frame("$room", { term: 7, host: { name: "Bob", sid: 2 }, options: { grace: 5, capacity: 8 } });
    expect([hosts.length, options.length]).toEqual([1, 1]);
  });

  test("a client is not the host while it is disconnected, nor with another session", async () => {
    const { relay, room, frame, reconnect } = await game();
    frame("$host", { term: 9, name: "Ann", sid: 1 });
    relay.socket.drop();
    expect([room.isHost, room.term]).toEqual([false, 9]);
    reconnect(5);
    expect(room.isHost).toBe(false);
  });

  test("leaving forgets host and options", async () => {
    const { room, hosts } = await game();
    void room.leave();
    expect([room.host, room.term, room.options, hosts.at(-1)]).toEqual([
      undefined,
      0,
      {},
      { host: undefined, term: 0, isHost: false },
    ]);
  });

  test("R111: a follower can decline to be host", () => {
    const { relay, ann } = readyClient();
    void ann.hub("game").join({ state: true, host: false });
    expect(relay.socket.take("joinHub")).toMatchObject({ $state: true, $host: false });
  });

  test("R113: handing over, to one member or to the next", async () => {
    const { relay, room } = await game();
    const over = outcomeOf(room.handOver(2));
    const fault = faultOf(room.handOver());
    const first = relay.socket.take("$host");
    const second = relay.socket.take("$host");
    expect([first.$host, second.$host]).toEqual([{ hub: "game", sid: 2 }, { hub: "game" }]);
    relay.socket.reply(first, { term: 8 });
    relay.socket.refuse(second, "not-member");
    expect((await fault).code).toBe("not-member");
    await settled();
    expect(over).toEqual({ value: undefined });
  });

  test("malformed frames are ignored", async () => {
    const { room, frame } = await game();
    frame("$host", { term: "9", name: {}, sid: "1" });
    frame("$room", {});
    frame("$room", { options: { capacity: "9", seats: null, closed: "no", password: "secret", grace: {} } });
    expect([room.isHost, room.term, room.options]).toEqual([false, 7, {}]);
  });
});

describe("options", () => {
  test("R120: in a join, with the grace in seconds, and the password as that of the newcomer", () => {
    const { relay, ann } = readyClient();
    const options = { capacity: 8, seats: 4, password: "secret", closed: false, grace: 1_500 };
    void ann.hub("game").join({ state: true, options });
    void ann.broadcast("b").join({ password: "other", options: { password: "secret" } });
    void ann.broadcast("c").join({ options: { password: null } });
    expect(relay.socket.take("joinHub")).toMatchObject({ passwd: "secret", $room: { ...options, grace: 2 } });
    expect(relay.socket.inbox.map(({ passwd }) => passwd)).toEqual(["other", undefined]);
  });

  test("R110, R120: what followers see, and their changes; they cannot be changed in place", async () => {
    const { room, options, frame } = await game();
    expect(room.options).toEqual({ capacity: 8, grace: 5_000 });
    frame("$room", { term: 7, options: { capacity: 0, seats: 2, password: true, closed: true, grace: 0 } });
    expect(room.options).toEqual({ seats: 2, password: true, closed: true, grace: 0 });
    expect(options.at(-1)).toBe(room.options);
    expect(() => Object.assign(room.options, { seats: 3 })).toThrow();
  });

  test("R120: the host changes them", async () => {
    const { relay, room } = await game();
    const change = outcomeOf(room.setOptions({ closed: true, password: null, grace: 0 }));
    const fault = faultOf(room.setOptions({ capacity: 1 }));
    const first = relay.socket.take("$room");
    expect(first.$room).toEqual({ hub: "game", closed: true, password: null, grace: 0 });
    relay.socket.reply(first);
    relay.socket.deliver({ $ref: relay.socket.take("$room").$ref, $fault: { code: "not-host" } });
    expect((await fault).code).toBe("not-host");
    await settled();
    expect(change).toEqual({ value: undefined });
  });

  test("R121: a join that the options do not admit is rejected, and not repeated", async () => {
    const { relay, ann, reconnect } = readyClient();
    const fault = faultOf(ann.hub("game").join({ password: "wrong" }));
    const frame = relay.socket.take("joinHub");
    expect(frame.passwd).toBe("wrong");
    relay.socket.deliver({ $ref: frame.$ref, $fault: { code: "room-password", message: "no", retry: false } });
    expect((await fault).code).toBe("room-password");
    relay.socket.drop();
    reconnect();
    expect(relay.socket.has("joinHub")).toBe(false);
  });

  test("R122: seats", async () => {
    const { relay, ann } = readyClient();
    const room = ann.hub("game");
    const joined = room.join({ seat: true, presence: true });
    const frame = relay.socket.take("joinHub");
    expect(frame.$seat).toBe(true);
    const members = [
      { name: "Ann", sid: 1, joined: 5, attributes: {}, seat: 2 },
      { name: "Bob", sid: 2, joined: 5, attributes: { color: "red" } },
    ];
    relay.socket.deliver({ $roster: { hub: "game", count: 2, members } });
    relay.socket.reply(frame, { count: 2, seat: 2 });
    expect([await joined, room.seat, room.members]).toEqual([{ count: 2, seat: 2 }, 2, members]);
    relay.socket.deliver({ $changed: { hub: "game", name: "Bob", sid: 2, attributes: { color: "red" }, seat: 1 } });
    expect(room.members[1]).toEqual({ name: "Bob", sid: 2, joined: 5, attributes: { color: "red" }, seat: 1 });
    relay.socket.deliver({ $changed: { hub: "game", name: "Bob", sid: 2, attributes: {}, seat: null } });
    expect(room.members[1]).toEqual({ name: "Bob", sid: 2, joined: 5, attributes: {} });
    void room.join({ seat: false });
    relay.socket.reply(relay.socket.take("joinHub"), { count: 2, seat: null });
    expect(room.seat).toBeUndefined();
  });
});
