import { describe, expect, test } from "bun:test";
import type { Room } from "../src/index.ts";
import { connectingClient, faultOf, outcomeOf, readyClient, settled } from "./kit/scripted-client.ts";

const member = (name: string, sid: number, attributes = {}) => ({ name, sid, joined: 5, attributes });

/** Answers all joins and leaves that wait. */
function answerAll({ relay }: ReturnType<typeof readyClient>): unknown[] {
  const frames = relay.socket.inbox.splice(0);
  for (const frame of frames) relay.socket.reply(frame, { count: 1 });
  return frames.map(({ joinHub, leaveHub }) => (joinHub === undefined ? `leave ${leaveHub}` : `join ${joinHub}`));
}

function watched(room: Room<object>) {
  const statuses: string[] = [];
  const ended: string[] = [];
  room.subscribe(() => statuses.at(-1) !== room.status && statuses.push(room.status));
  room.on("ended", ({ code }) => ended.push(code));
  return { statuses, ended };
}

describe("hold(): a membership of one part of a program", () => {
  test("the room is left when the last one is released, whatever the order", async () => {
    const client = readyClient();
    const room = client.ann.hub("h");
    const { statuses, ended } = watched(room);
    const [first, second] = [room.hold(), room.hold()];
    answerAll(client);
    const leases = [await first, await second];
    expect([room.status, leases[0]?.room === room]).toEqual(["in", true]);
    await leases[0]?.release();
    await leases[0]?.release();
    expect([answerAll(client), room.status]).toEqual([[], "in"]);
    const released = leases[1]?.release();
    expect(answerAll(client)).toEqual(["leave h"]);
    await released;
    expect([statuses, ended]).toEqual([["joining", "in", "out"], ["aborted"]]);
  });

  test("join() and leave() are one holder more: leaving takes the room from nobody else", async () => {
    const client = readyClient();
    const room = client.ann.hub("h");
    void room.join();
    const held = room.hold({ presence: true });
    answerAll(client);
    const lease = await held;
    await room.leave();
    client.relay.socket.deliver({ $joined: { hub: "h", ...member("Bob", 2) } });
    expect([answerAll(client), room.status, room.members.length]).toEqual([[], "in", 1]);
    void lease.release();
    expect([answerAll(client), room.status, room.members]).toEqual([["leave h"], "out", []]);
  });

  test("presence stays while one of them wants it, and after a reconnection", async () => {
    const client = readyClient();
    const room = client.ann.hub("h");
    void room.hold({ presence: true });
    void room.join({ presence: false, attributes: { color: "red" } });
    answerAll(client);
    client.relay.socket.drop();
    client.reconnect();
    expect(client.relay.socket.take("joinHub")).toMatchObject({ $presence: true, $attributes: { color: "red" } });
  });

  test("await using releases it", async () => {
    const client = readyClient();
    const room = client.ann.hub("h");
    const block = (async () => {
      await using lease = await room.hold();
      return lease.room.status;
    })();
    answerAll(client);
    await settled();
    answerAll(client);
    expect([await block, room.status]).toEqual(["in", "out"]);
  });

  test("a refused one rejects, counts for nobody, and is an event", async () => {
    const { ann, relay } = readyClient();
    const room = ann.hub("h");
    const { ended } = watched(room);
    const held = faultOf(room.hold());
    relay.socket.refuse(relay.socket.take("joinHub"), "too-many-channels");
    expect([(await held).code, room.status, ended]).toEqual(["too-many-channels", "out", ["too-many-channels"]]);
  });

  test("it lasts over drops: joining until the next connection, then in", async () => {
    const client = readyClient();
    const room = client.ann.hub("h");
    const { statuses, ended } = watched(room);
    void room.hold();
    answerAll(client);
    client.relay.socket.drop();
    expect(room.status).toBe("joining");
    client.reconnect();
    answerAll(client);
    expect([statuses, ended]).toEqual([["joining", "in", "joining", "in"], []]);
  });
});

describe("a refused join fails alone", () => {
  test("R22: the one that was accepted before it keeps its membership", async () => {
    const { ann, relay } = readyClient();
    const room = ann.hub("h");
    const { ended } = watched(room);
    const held = room.hold({ attributes: { size: 1 } });
    const refused = [room.join({ attributes: { size: 2 } }), room.setAttributes({ size: 3 })].map(faultOf);
    relay.socket.reply(relay.socket.take("joinHub"), { count: 1 });
    for (const _ of refused) relay.socket.refuse(relay.socket.take("joinHub"), "bad-attributes");
    const lease = await held;
    for (const fault of refused) expect((await fault).code).toBe("bad-attributes");
    expect([room.status, ended]).toEqual(["in", []]);
    void lease.release();
    expect([room.status, relay.socket.has("leaveHub")]).toEqual(["out", true]);
  });

  test("the one that is accepted after it is in", async () => {
    const { ann, relay } = readyClient();
    const room = ann.hub("h");
    const refused = faultOf(room.join({ attributes: { size: 1 } }));
    const held = room.hold({ attributes: { size: 2 } });
    relay.socket.refuse(relay.socket.take("joinHub"), "bad-attributes");
    relay.socket.reply(relay.socket.take("joinHub"), { count: 1 });
    const lease = await held;
    expect([(await refused).code, room.status]).toEqual(["bad-attributes", "in"]);
    void lease.release();
    expect(room.status).toBe("out");
  });

  test("after a reconnection those who were in return without what was refused", async () => {
    const client = readyClient();
    const room = client.ann.hub("h");
    void room.join({ attributes: { size: 1 } });
    answerAll(client);
    client.relay.socket.drop();
    const refused = faultOf(room.setAttributes({ size: 2 }));
    client.reconnect();
    client.relay.socket.refuse(client.relay.socket.take("joinHub"), "bad-attributes");
    const again = client.relay.socket.take("joinHub");
    client.relay.socket.reply(again, { count: 1 });
    expect([(await refused).code, again.$attributes, room.status]).toEqual(["bad-attributes", { size: 1 }, "in"]);
  });

  test("when nobody else needs the room any more, it is left", async () => {
    const client = readyClient();
    const { ann, relay } = client;
    const room = ann.hub("h");
    const held = room.hold();
    answerAll(client);
    const refused = faultOf(room.join({ attributes: { size: 1 } }));
    await (await held).release();
    expect(relay.socket.has("leaveHub")).toBe(false);
    relay.socket.refuse(relay.socket.take("joinHub"), "bad-attributes");
    expect([(await refused).code, room.status, relay.socket.has("leaveHub")]).toEqual(["bad-attributes", "out", true]);
  });
});

describe("members, for useSyncExternalStore", () => {
  test("R20: the same array until something in it changes, and subscribe() says when", async () => {
    const client = readyClient();
    const { relay } = client;
    const room = client.ann.hub("h");
    let changes = 0;
    const off = room.subscribe(() => changes++);
    const same = () => {
      const { members } = room;
      return members === room.members;
    };
    expect(same()).toBe(true);
    void room.join({ presence: true });
    relay.socket.deliver({ $roster: { hub: "h", count: 1, members: [member("Ann", 1)], next: null } });
    answerAll(client);
    for (const frame of [
      { $joined: { hub: "h", ...member("Bob", 2) } },
      { $changed: { hub: "h", name: "Bob", sid: 2, attributes: { away: true } } },
      { $left: { hub: "h", name: "Bob", sid: 2 } },
      { $roster: { hub: "h", count: 1, members: [member("Ann", 1)], next: null } },
    ]) {
      const before = [room.members, changes] as const;
      relay.socket.deliver(frame);
      expect([room.members === before[0], changes > before[1], same()]).toEqual([false, true, true]);
    }
    const last = room.members;
    relay.socket.deliver({ toH: "h", n: 1, sID: 2, FROM: "Bob" });
    relay.socket.deliver({ $count: { hub: "h", count: 1 } });
    expect(room.members).toBe(last);
    off();
    const seen = changes;
    relay.socket.deliver({ $joined: { hub: "h", ...member("Cid", 3) } });
    expect(changes).toBe(seen);
  });
});

describe("setAttributes()", () => {
  test("R22: changes some, removes what is undefined, and survives a reconnection", async () => {
    const client = readyClient();
    const room = client.ann.hub("h");
    void room.join({ presence: true, attributes: { color: "red", size: 1 } });
    client.relay.socket.deliver({ $roster: { hub: "h", count: 1, members: [member("Ann", 1)], next: null } });
    answerAll(client);
    const changed = room.setAttributes({ color: undefined, mood: "fine" });
    expect(client.relay.socket.inbox).toMatchObject([{ joinHub: "h", $attributes: { size: 1, mood: "fine" } }]);
    // With this key the server would send the whole list again.
    expect(client.relay.socket.inbox[0]).not.toHaveProperty("$presence");
    answerAll(client);
    await changed;
    expect(room.members[0]?.attributes).toEqual({ size: 1, mood: "fine" });
    client.relay.socket.drop();
    client.reconnect();
    expect(client.relay.socket.take("joinHub")).toMatchObject({
      $presence: true,
      $attributes: { size: 1, mood: "fine" },
    });
  });

  test("refused ones leave membership and attributes as they were; without a room they reject", async () => {
    const client = readyClient();
    const { ann, relay } = client;
    const room = ann.hub("h");
    expect((await faultOf(room.setAttributes({ a: 1 }))).code).toBe("refused");
    void room.join({ attributes: { size: 1 } });
    answerAll(client);
    const changed = faultOf(room.setAttributes({ size: 2 }));
    relay.socket.refuse(relay.socket.take("joinHub"), "bad-attributes");
    expect([(await changed).code, room.status]).toEqual(["bad-attributes", "in"]);
    relay.socket.drop();
    client.reconnect();
    expect(relay.socket.take("joinHub").$attributes).toEqual({ size: 1 });
  });
});

test("R24: page() right after connect() waits for the connection", async () => {
  const { ann, relay } = connectingClient();
  const page = outcomeOf(ann.hub("h").page());
  relay.socket.accept();
  relay.socket.reply(relay.socket.take("$members"), { members: [member("Bob", 2)], next: null });
  await settled();
  expect(page.value).toEqual({ members: [member("Bob", 2)], next: null });
});
