import { expect, test } from "bun:test";
import type { Engine, FollowedChannel, Message, Sink } from "../../src/engine.ts";

/** One node's engine, made for the sink given. */
export type EngineUnderTest = (sink: Sink) => Engine;

const hub: FollowedChannel = { instance: "root", kind: "hub", name: "h" };
const room: FollowedChannel = { instance: "root", kind: "broadcast", name: "r" };

const message = (payload: string | Uint8Array, targets: Message["targets"] = [hub]): Message => ({
  instance: "root",
  targets,
  payload,
  except: 7,
});

/** A node whose sink records messages and returns that many receivers. */
function node(open: EngineUnderTest, sessions = 2) {
  const came: Message[] = [];
  const engine = open((one) => {
    came.push(one);
    return sessions;
  });
  return { engine, came, payloads: () => came.map(({ payload }) => payload) };
}

/** What every engine guarantees to the node it belongs to. */
export function engineContract(open: EngineUnderTest): void {
  test("M1 what is published reaches the node's own sink before publish returns, once", () => {
    const { engine, payloads } = node(open);
    engine.follow(hub);
    engine.publish(message("one"));
    expect(payloads()).toEqual(["one"]);
  });

  test("M3 once also when the node follows several of its targets", () => {
    const { engine, payloads } = node(open);
    engine.follow(hub);
    engine.follow(room);
    engine.publish(message("one", [hub, room, { kind: "session", id: 3 }]));
    expect(payloads()).toEqual(["one"]);
  });

  test("B1 publish returns how many sessions of this node accepted it", () => {
    for (const sessions of [0, 1, 5]) {
      const { engine } = node(open, sessions);
      engine.follow(hub);
      expect(engine.publish(message("one"))).toBe(sessions);
    }
  });

  test("S2 a message arrives as it was published: bytes, targets, instance and who is left out", () => {
    const { engine, came } = node(open);
    engine.follow(hub);
    const published = [message('{"toH":"h","s":"\\u0041 😀"}'), message(new Uint8Array([0, 255, 10]))];
    for (const one of published) engine.publish(one);
    expect(came).toEqual(published);
  });

  test("M5 messages of one publisher keep their order, whatever their targets", () => {
    const { engine, payloads } = node(open);
    engine.follow(hub);
    engine.follow(room);
    const numbers = Array.from({ length: 1_000 }, (_, n) => `${n}`);
    for (const [n, payload] of numbers.entries()) engine.publish(message(payload, [n % 2 ? hub : room]));
    expect(payloads()).toEqual(numbers);
  });

  test("M5 a sink that publishes, as a leave does, is served in turn", () => {
    const seen: string[] = [];
    const engine: Engine = open(({ payload }) => {
      seen.push(String(payload));
      if (payload === "first") engine.publish(message("second"));
      return 1;
    });
    engine.follow(hub);
    engine.publish(message("first"));
    expect(seen).toEqual(["first", "second"]);
  });

  test("K9 a message to a session reaches its node without being followed", () => {
    const { engine, payloads } = node(open);
    engine.publish(message("one", [{ kind: "session", id: 3 }]));
    expect(payloads()).toEqual(["one"]);
  });

  test("B1 publish does not throw where nobody follows, before, between or after", () => {
    const { engine } = node(open, 0);
    expect(engine.publish(message("one"))).toBe(0);
    engine.follow(hub);
    engine.unfollow(hub);
    expect(engine.publish(message("two"))).toBe(0);
  });

  test("D4 a channel may be followed again after it was left", () => {
    const { engine, payloads } = node(open);
    for (const round of ["one", "two"]) {
      engine.follow(hub);
      engine.publish(message(round));
      engine.unfollow(hub);
    }
    expect(payloads()).toEqual(["one", "two"]);
  });

  test("X1 close ends it, with channels followed and twice, too", async () => {
    const { engine } = node(open);
    engine.follow(hub);
    expect(await engine.close()).toBeUndefined();
    expect(await engine.close()).toBeUndefined();
  });
}
