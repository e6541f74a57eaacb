import { describe, expect, test } from "bun:test";
import { outcomeOf, readyClient, settled } from "../kit/scripted-client.ts";
import { keptRoom, observed, stored } from "./kit.ts";

describe("R140: positions", () => {
  test("a message has its position, which is the room's before the application sees it; the payload and the text have no trace of it", () => {
    const { relay, room } = keptRoom();
    const seen: unknown[] = [];
    room.on("message", ({ data, position, text, at }) => seen.push([data, position, room.position, text, at]));
    relay.socket.deliver('{"toH":"h","n":1,"sID":9,"FROM":"B\\"ob","$seq":5}');
    const position = { epoch: "e", seq: 5 };
    expect(seen).toEqual([[{ n: 1 }, position, position, '{"toH":"h","n":1}', undefined]]);
  });

  test("in a room that is not kept, and from a legacy sender, the same key is payload", () => {
    const { ann, relay, room, events } = keptRoom();
    expect(room.position).toEqual({ epoch: "e", seq: 4 });
    relay.socket.deliver('{"toH":"other","n":1,"$seq":7,"$at":1,"sID":9,"FROM":"Old"}');
    relay.socket.deliver('{"toH":"h","n":2,"$at":7,"sID":9,"FROM":"Old","$seq":5}');
    expect(events).toEqual([
      [1, undefined, undefined],
      [2, "e", 5],
    ]);
    expect(ann.hub("other").position).toBeUndefined();
  });

  test("of a binary message the header has it; with a parser of the application too", () => {
    const { relay, events, room } = keptRoom(4, { parse: (text) => JSON.parse(text) });
    relay.socket.deliverBinary(stored(5), Uint8Array.of(1));
    expect(events).toEqual([[5, "e", 5]]);
    expect(room.position).toEqual({ epoch: "e", seq: 5 });
  });

  test("a message that does not match its schema moves the position all the same", () => {
    const schema = {
      "~standard": { version: 1 as const, vendor: "test", validate: () => ({ issues: [{ message: "no" }] }) },
    };
    const { ann, relay } = readyClient({ schemas: { hubs: { h: schema } } });
    const room = ann.hub("h");
    void room.join();
    relay.socket.reply(relay.socket.take("joinHub"), { kept: { epoch: "e", seq: 4 } });
    relay.socket.deliver(stored(5));
    expect(room.position).toEqual({ epoch: "e", seq: 5 });
  });

  test("R144: a new epoch after a resume or with the first message; the same epoch moves nothing", () => {
    const { relay, room, events } = keptRoom(0);
    relay.socket.deliver({ $kept: { hub: "h", epoch: "e.1", first: 1, head: 0 } });
    relay.socket.deliver(stored(1));
    relay.socket.deliver({ $kept: { hub: "h", epoch: "e.1", first: 1, head: 9 } });
    expect(room.position).toEqual({ epoch: "e.1", seq: 1 });
    relay.socket.deliver({ $kept: { hub: "h", epoch: "f.1", first: 1, head: 2 } });
    relay.socket.deliver(stored(3));
    expect(events).toEqual([
      [1, "e.1", 1],
      [3, "f.1", 3],
    ]);
  });

  test("a broadcast has positions too; a list of two kept rooms has none", () => {
    const { ann, relay, events, room } = keptRoom();
    void ann.broadcast("b").join();
    relay.socket.reply(relay.socket.take("cmd"), { count: 1, kept: { epoch: "e", seq: 1 } });
    void ann.hub("k").join();
    relay.socket.reply(relay.socket.take("joinHub"), { count: 1, kept: { epoch: "e", seq: 1 } });
    relay.socket.deliver({ bc: "b", n: 2, sID: 9, FROM: "Bob", $seq: 2 });
    relay.socket.deliver({ toH: ["h", "k"], n: 3, sID: 9, FROM: "Bob", $seq: 5 });
    relay.socket.deliver({ toH: ["h", "plain"], n: 4, sID: 9, FROM: "Bob", $seq: 5 });
    expect(events).toEqual([
      [2, "e", 2],
      [3, undefined, undefined],
      [4, "e", 5],
    ]);
    expect(room.position).toEqual({ epoch: "e", seq: 5 });
  });
});

describe("R143: joining where one left", () => {
  test("what was missed arrives, then the result says where the room was joined", async () => {
    const { ann, relay } = readyClient();
    const events = observed(ann);
    const joined = outcomeOf(ann.hub("h").join({ since: { epoch: "e", seq: 2 }, history: 50 }));
    const join = relay.socket.take("joinHub");
    expect(join.$since).toEqual({ epoch: "e", seq: 2 });
    relay.socket.deliver({ $kept: { hub: "h", epoch: "e", first: 5, head: 6, missed: 2 } });
    for (const seq of [5, 6]) relay.socket.deliver(stored(seq));
    relay.socket.reply(join, { count: 2, kept: { epoch: "e", seq: 6 } });
    relay.socket.deliver(stored(7));
    await settled();
    expect(events).toEqual([{ in: "h", missed: 2, reset: false }, [5, "e", 5], [6, "e", 6], [7, "e", 7]]);
    const kept = { position: { epoch: "e", seq: 6 }, missed: 2, reset: false };
    expect(joined.value).toEqual({ count: 2, seat: undefined, kept });
  });

  test("without a position, the newest; with one of another epoch, everything that is held", async () => {
    const { ann, relay } = readyClient();
    const events = observed(ann);
    void ann.hub("h").join({ history: 2 });
    const join = relay.socket.take("joinHub");
    expect(join.$since).toEqual({ last: 2 });
    relay.socket.deliver({ $kept: { hub: "h", epoch: "e", first: 1, head: 9 } });
    for (const seq of [8, 9]) relay.socket.deliver(stored(seq));
    relay.socket.reply(join, { kept: { epoch: "e", seq: 9 } });
    const other = outcomeOf(ann.hub("k").join({ since: { epoch: "old", seq: 70 } }));
    const again = relay.socket.take("joinHub");
    relay.socket.deliver({ $kept: { hub: "k", epoch: "e", first: 3, head: 3, reset: true } });
    relay.socket.deliver(stored(3, { toH: "k" }));
    relay.socket.reply(again, { kept: { epoch: "e", seq: 3 } });
    await settled();
    expect(events).toEqual([[8, "e", 8], [9, "e", 9], { in: "k", missed: 0, reset: true }, [3, "e", 3]]);
    expect(other.value).toMatchObject({ kept: { missed: 0, reset: true } });
  });

  test("what expires while it is read is a gap, also at the end", async () => {
    const { ann, relay } = readyClient();
    const events = observed(ann);
    const joined = outcomeOf(ann.hub("h").join({ since: { epoch: "e", seq: 2 } }));
    const join = relay.socket.take("joinHub");
    relay.socket.deliver({ $kept: { hub: "h", epoch: "e", first: 1, head: 9 } });
    for (const seq of [3, 6]) relay.socket.deliver(stored(seq));
    relay.socket.reply(join, { kept: { epoch: "e", seq: 9 } });
    relay.socket.deliver(stored(10));
    await settled();
    const gap = (missed: number) => ({ in: "h", missed, reset: false });
    expect(events).toEqual([[3, "e", 3], gap(2), [6, "e", 6], gap(3), [10, "e", 10]]);
    expect(joined.value).toMatchObject({ kept: { missed: 5 } });
  });

  test("after a lost session it joins again from its last position", async () => {
    const { relay, reconnect, room, events } = keptRoom();
    relay.socket.deliver(stored(5));
    relay.socket.drop();
    reconnect();
    const join = relay.socket.take("joinHub");
    expect(join.$since).toEqual({ epoch: "e", seq: 5 });
    relay.socket.deliver({ $kept: { hub: "h", epoch: "e", first: 1, head: 7 } });
    relay.socket.deliver(stored(6));
    // Lost again in the middle.
    relay.socket.drop();
    reconnect(3);
    const again = relay.socket.take("joinHub");
    expect(again.$since).toEqual({ epoch: "e", seq: 6 });
    relay.socket.deliver({ $kept: { hub: "h", epoch: "e", first: 1, head: 7 } });
    relay.socket.deliver(stored(7));
    relay.socket.reply(again, { kept: { epoch: "e", seq: 7 } });
    expect(events).toEqual([5, 6, 7].map((seq) => [seq, "e", seq]));
    // A member asks for nothing more.
    void room.join({ attributes: { a: 1 } });
    expect(relay.socket.take("joinHub").$since).toBeUndefined();
  });

  test("the first join is lost in the middle of what it asked for: the next one goes on there", () => {
    const { ann, relay, reconnect } = readyClient();
    const events = observed(ann);
    void ann.hub("h").join({ history: 10 });
    relay.socket.deliver({ $kept: { hub: "h", epoch: "e", first: 1, head: 30 } });
    for (const seq of [21, 22]) relay.socket.deliver(stored(seq));
    relay.socket.drop();
    reconnect();
    expect(relay.socket.take("joinHub").$since).toEqual({ epoch: "e", seq: 22 });
    expect(events).toEqual([21, 22].map((seq) => [seq, "e", seq]));
  });

  test("leave() ends it, and keeps the position for the application", () => {
    const { relay, room } = keptRoom();
    void room.leave();
    expect(room.position).toEqual({ epoch: "e", seq: 4 });
    void room.join();
    expect(relay.socket.take("joinHub").$since).toBeUndefined();
  });

  test("own messages count as read: the hub did not send them to their sender, and must not do so after a lost session", async () => {
    const { relay, reconnect, room, events } = keptRoom();
    const sent = outcomeOf(room.send({ n: 5 }));
    relay.socket.reply(relay.socket.take("toH"), { taken: 1, seq: 5 });
    expect(room.position).toEqual({ epoch: "e", seq: 5 });
    const lost = outcomeOf(room.send({ n: 6 }));
    const first = relay.socket.take("toH");
    relay.socket.drop();
    reconnect();
    const join = relay.socket.take("joinHub");
    expect(join.$since).toEqual({ epoch: "e", seq: 5 });
    relay.socket.deliver({ $kept: { hub: "h", epoch: "e", first: 1, head: 8 } });
    // It was stored; the result was lost.
    relay.socket.deliver(stored(6, { sID: 1, FROM: "Ann" }));
    // Another client of the same name and session id, and the same text from somebody else.
    relay.socket.deliver(stored(7, { sID: 1, FROM: "Ann" }));
    relay.socket.deliver(stored(8, { n: 6 }));
    relay.socket.reply(join, { kept: { epoch: "e", seq: 8 } });
    const again = relay.socket.take("toH");
    expect(again.$id).toBe(first.$id);
    relay.socket.reply(again, { taken: 0, seq: 6, duplicate: true });
    await settled();
    expect(events).toEqual([
      [7, "e", 7],
      [6, "e", 8],
    ]);
    expect(room.position).toEqual({ epoch: "e", seq: 8 });
    expect([sent.value, lost.value]).toEqual([
      { taken: 1, seq: 5 },
      { taken: 0, seq: 6, duplicate: true },
    ]);
  });
});
