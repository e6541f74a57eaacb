import { describe, expect, test } from "bun:test";
import type { FakeSocket } from "../kit/fake-relay.ts";
import { faultOf, outcomeOf, readyClient, settled } from "../kit/scripted-client.ts";
import { keptRoom } from "./kit.ts";

const takeAll = (socket: FakeSocket) => {
  const frames = [];
  while (socket.has("toH")) frames.push(socket.take("toH"));
  return frames;
};

describe("R146: sends to kept channels are repeated with their id", () => {
  test("it is sent again after a lost session, and the result says that the first one had arrived", async () => {
    const { relay, reconnect, room, losses } = keptRoom();
    const sent = outcomeOf(room.send({ n: 1 }));
    const first = relay.socket.take("toH");
    expect(first.$id).toBeString();
    relay.socket.drop();
    reconnect();
    relay.socket.reply(relay.socket.take("joinHub"), { kept: { epoch: "e", seq: 5 } });
    const second = relay.socket.take("toH");
    expect(second).toEqual({ ...first, $ref: second.$ref });
    relay.socket.reply(second, { taken: 0, seq: 5, duplicate: true });
    await settled();
    expect(sent.value).toEqual({ taken: 0, seq: 5, duplicate: true });
    expect(losses).toMatchObject([{ unknown: 0, repeated: 1 }]);
  });

  test("ids differ between sends and between clients; other channels, latest values and unconfirmed sends have none", async () => {
    const [one, other] = [keptRoom(), keptRoom()];
    for (const { room } of [one, one, other]) void room.send({});
    void one.room.send({}, { latest: "x" });
    void one.room.send({}, { confirm: false });
    void one.room.send({}, { repeatable: false });
    const frames = takeAll(one.relay.socket);
    const ids = [...frames, ...takeAll(other.relay.socket)].map(({ $id }) => $id);
    expect(new Set(ids).size).toBe(4);
    expect(frames.slice(2).map(({ $id }) => $id)).toEqual([undefined, undefined, undefined]);
    void one.ann.to("Bob").send({});
    expect(one.relay.socket.take("to").$id).toBeUndefined();
    // The results of these must not hide that the room is kept.
    for (const frame of frames.slice(2))
      one.relay.socket.reply(frame, frame.$latest ? { taken: 1 } : { taken: 1, seq: 9 });
    await settled();
    void one.room.send({});
    expect(one.relay.socket.take("toH").$id).toBeString();
  });

  test("a name is known to be kept from the first result on; `repeatable` gives an id to every send", async () => {
    const { ann, relay } = readyClient();
    const bob = ann.to("Bob");
    const first = outcomeOf(bob.send({}));
    relay.socket.reply(relay.socket.take("to"), { taken: 0, kept: true, seq: 1 });
    await settled();
    expect(first.value).toEqual({ taken: 0, kept: true, seq: 1 });
    void bob.send({});
    expect(relay.socket.take("to").$id).toBeString();
    void ann.to("Cid").send({}, { repeatable: true });
    expect(relay.socket.take("to").$id).toBeString();
  });

  test("an id of your own goes as it is, once; a value that is not a text is rejected", async () => {
    const { ann, relay, reconnect } = readyClient();
    const sent = outcomeOf(ann.to("Bob").send({ n: 1 }, { id: "order-7" }));
    expect(relay.socket.texts.at(-1)).toMatch(/^\{"\$ref":\d+,"\$id":"order-7","to":"Bob","n":1\}$/);
    relay.socket.drop();
    reconnect();
    await settled();
    expect(sent.code).toBe("unknown");
    expect(relay.socket.has("to")).toBe(false);
    const wrong = Reflect.apply(ann.to("Bob").send, ann.to("Bob"), [{}, { id: 5 }]);
    expect((await faultOf(wrong)).code).toBe("invalid");
  });
});

describe("R141: keep-busy is tried again", () => {
  test("after a pause that grows, in the order of sending, and messages sent meanwhile wait behind them", async () => {
    const { relay, clock, room } = keptRoom();
    const ends = [1, 2].map((n) => outcomeOf(room.send({ n })));
    const [one, two] = takeAll(relay.socket);
    for (const frame of [one, two]) relay.socket.refuse(frame ?? {}, "keep-busy");
    ends.push(outcomeOf(room.send({ n: 3 })));
    expect(takeAll(relay.socket)).toEqual([]);
    clock.advance(100);
    const again = takeAll(relay.socket);
    expect(again.map(({ n }) => n)).toEqual([1, 2, 3]);
    expect([again[0]?.$id, again[1]?.$id]).toEqual([one?.$id, two?.$id]);
    relay.socket.refuse(again[0] ?? {}, "keep-busy");
    for (const frame of again.slice(1)) relay.socket.reply(frame, { taken: 1, seq: 5 });
    clock.advance(200);
    relay.socket.reply(relay.socket.take("toH"), { taken: 1, seq: 7 });
    await settled();
    expect(ends.map(({ value }) => Object(value).seq)).toEqual([7, 5, 5]);
    expect(clock.pending).toBeGreaterThan(0);
  });

  test("it gives up after about 15 s with the fault; other faults are final at once", async () => {
    const { ann, relay, clock, room } = keptRoom();
    const end = outcomeOf(room.send({}));
    let tries = 0;
    for (let waited = 0; waited < 60_000; waited += 50) {
      for (const frame of takeAll(relay.socket)) {
        tries++;
        relay.socket.refuse(frame, "keep-busy");
      }
      relay.socket.tellTime();
      clock.advance(50);
    }
    await settled();
    expect([end.code, tries]).toEqual(["keep-busy", 9]);
    const failed = outcomeOf(room.send({}));
    relay.socket.refuse(relay.socket.take("toH"), "keep-failed");
    await settled();
    expect(failed.code).toBe("keep-failed");
    ann.close();
    expect(clock.pending).toBe(0);
  });

  test("a drop meanwhile loses nothing, and close() ends what waits", async () => {
    const { ann, relay, reconnect, clock, room } = keptRoom();
    const ends = [1, 2].map((n) => outcomeOf(room.send({ n })));
    for (const frame of takeAll(relay.socket)) relay.socket.refuse(frame, "keep-busy");
    relay.socket.drop();
    reconnect();
    relay.socket.reply(relay.socket.take("joinHub"), { kept: { epoch: "e", seq: 4 } });
    const again = takeAll(relay.socket);
    expect(again.map(({ n }) => n)).toEqual([1, 2]);
    relay.socket.reply(again[0] ?? {}, { taken: 1, seq: 5 });
    relay.socket.refuse(again[1] ?? {}, "keep-busy");
    ann.close();
    await settled();
    expect(ends.map(({ value, code }) => code ?? Object(value).seq)).toEqual([5, "closed"]);
    expect(clock.pending).toBe(0);
  });
});
