import { describe, expect, test } from "bun:test";
import { Fault } from "../src/index.ts";
import type { Data } from "../src/json.ts";
import type { FakeSocket } from "./kit/fake-relay.ts";
import { connectingClient, faultOf, outcomeOf, readyClient, settled } from "./kit/scripted-client.ts";
import { until } from "./kit/until.ts";

const idOf = ({ $call }: Data): unknown => Object(Object($call)).id;
const answer = (socket: FakeSocket, id: unknown, data: Data, part: Data = {}) =>
  socket.deliver({ toS: 1, ...data, $answer: { id, ...part }, sID: 9, FROM: "calc" });

describe("asking", () => {
  test("R30, R31: progress, then the answer", async () => {
    const { relay, ann } = readyClient();
    const progress: unknown[] = [];
    const asked = ann.ask("calc", { op: "add" }, { onProgress: (data) => progress.push(data) });
    const frame = relay.socket.take("$call");
    expect(frame).toMatchObject({ to: "calc", op: "add" });
    relay.socket.reply(frame, { taken: 1 });
    answer(relay.socket, idOf(frame), { percent: 50 }, { more: true });
    answer(relay.socket, idOf(frame), { sum: 3 });
    answer(relay.socket, idOf(frame), { sum: 4 });
    expect(await asked).toEqual({ sum: 3 });
    expect(progress).toEqual([{ percent: 50 }]);
  });

  test("R33: nobody there, and a callee that goes", async () => {
    const { relay, ann } = readyClient();
    const nobody = faultOf(ann.ask("calc", {}));
    relay.socket.refuse(relay.socket.take("$call"), "no-such-name");
    expect((await nobody).code).toBe("no-such-name");
    const gone = faultOf(ann.ask(9, {}));
    const frame = relay.socket.take("toS");
    relay.socket.reply(frame, { taken: 1 });
    relay.socket.deliver({
      $answer: { id: idOf(frame), fault: { code: "callee-gone", message: "gone", retry: true } },
    });
    expect(await gone).toMatchObject({ code: "callee-gone", duty: "retry" });
  });

  test("R34, R35: a timeout cancels", async () => {
    const { relay, ann, clock } = readyClient();
    const late = faultOf(ann.ask("calc", {}, { timeout: 5_000 }));
    const frame = relay.socket.take("$call");
    clock.advance(5_000);
    expect((await late).code).toBe("timeout");
    expect(relay.socket.take("$call")).toMatchObject({ to: "calc", $call: { cancel: idOf(frame) } });
  });

  test("an AbortSignal cancels, also one that was aborted before", async () => {
    const { relay, ann, faults } = readyClient();
    const controller = new AbortController();
    const asked = faultOf(ann.ask("calc", {}, { signal: controller.signal }));
    relay.socket.take("$call");
    controller.abort("changed my mind");
    expect(await asked).toMatchObject({ code: "aborted", cause: "changed my mind" });
    expect(relay.socket.has("$call")).toBe(true);
    const sent = relay.socket.texts.length;
    expect((await faultOf(ann.ask("calc", {}, { signal: controller.signal }))).code).toBe("aborted");
    expect([relay.socket.texts.length, faults]).toEqual([sent, []]);
  });

  test("dropped in the middle: unknown, whether it was confirmed or not", async () => {
    const { relay, ann, losses, clock, reconnect } = readyClient();
    const confirmed = faultOf(ann.ask("calc", {}));
    relay.socket.reply(relay.socket.take("$call"), { taken: 1 });
    const unconfirmed = faultOf(ann.ask("calc", {}));
    relay.socket.drop();
    expect([(await confirmed).code, (await unconfirmed).code]).toEqual(["unknown", "unknown"]);
    expect(losses[0]?.unknown).toBe(2);
    reconnect();
    expect([relay.socket.has("$call"), clock.pending]).toEqual([false, 1]);
  });

  test("a repeatable one is asked again", async () => {
    const { relay, ann, reconnect } = readyClient();
    const asked = ann.ask("calc", { n: 1 }, { repeatable: true });
    relay.socket.reply(relay.socket.take("$call"), { taken: 1 });
    relay.socket.drop();
    reconnect();
    const frame = relay.socket.take("$call");
    answer(relay.socket, idOf(frame), { sum: 3 });
    expect(await asked).toEqual({ sum: 3 });
  });

  test("drain() waits for the answer, and no timer is left", async () => {
    const { relay, ann, clock } = readyClient();
    void ann.ask("calc", {});
    const frame = relay.socket.take("$call");
    relay.socket.reply(frame, { taken: 1 });
    const drained = outcomeOf(ann.drain().then(() => true));
    await settled();
    expect(drained.value).toBeUndefined();
    answer(relay.socket, idOf(frame), {});
    await settled();
    expect([drained.value, clock.pending]).toEqual([true, 1]);
  });

  test("answers nobody asked for, and malformed ones, harm nothing", () => {
    const { relay, ann, faults } = readyClient();
    for (const id of [1, 99, "x", null, {}]) answer(relay.socket, id, {});
    relay.socket.deliver({ $answer: { id: 5, fault: 3 } });
    expect([ann.state, faults]).toEqual(["ready", []]);
  });
});

describe("answering", () => {
  const ask = (socket: FakeSocket, data: Data, call: Data = { id: 7 }) =>
    socket.deliver({ to: "Ann", ...data, $call: call, sID: 9, FROM: "Bob" });

  test("progress and answer go to the asker's session", async () => {
    const { relay, ann } = readyClient();
    ann.handle(async ({ a, b }, { progress, from, sid }) => {
      progress({ from, sid });
      return { sum: Number(a) + Number(b) };
    });
    ask(relay.socket, { a: 1, b: 2 });
    await until("the answer", () => relay.socket.inbox.length === 2);
    expect(relay.socket.inbox).toMatchObject([
      { toS: 9, from: "Bob", sid: 9, $answer: { id: 7, more: true } },
      { toS: 9, sum: 3, $answer: { id: 7 } },
    ]);
  });

  test("a thrown Fault is the asker's to see, any other error only ours", async () => {
    const { relay, ann, faults } = readyClient();
    ann.handle(({ own }) => {
      throw own ? new Fault("no-money", "The account is empty.") : new Error("secret");
    });
    ask(relay.socket, { own: true }, { id: 1 });
    ask(relay.socket, {}, { id: 2 });
    await until("both answers", () => relay.socket.inbox.length === 2);
    const [first, second] = relay.socket.inbox;
    expect(first).toMatchObject({ $answer: { id: 1, fault: { code: "no-money", message: "The account is empty." } } });
    expect(second).toMatchObject({ $answer: { id: 2, fault: { code: "failed" } } });
    expect(JSON.stringify(second)).not.toContain("secret");
    expect(faults.map(({ cause }) => String(cause))).toEqual(["Error: secret"]);
  });

  test("an answer that is none is the handler's mistake: the asker gets failed, our own event has the error", async () => {
    const { relay, ann, faults } = readyClient();
    ann.handle(({ n }) => Object(n === 1 ? [5] : { to: "x" }));
    for (const n of [1, 2]) ask(relay.socket, { n }, { id: n });
    await until("both answers", () => relay.socket.inbox.length === 2);
    for (const { $answer } of relay.socket.inbox) expect($answer).toMatchObject({ fault: { code: "failed" } });
    expect(faults.map(({ code, message }) => `${code} ${message}`)).toEqual([
      "failed The handler of Ann: TypeError: Not an object.",
      "failed The handler of Ann: TypeError: The key to is reserved.",
    ]);
  });

  test("R31: an answer that cannot be sent, whatever the reason, fails at once, and only once", async () => {
    const { relay, ann, faults } = readyClient();
    const circular: Data = {};
    circular.self = circular;
    ann.handle(({ n }) => (n === 1 ? { n: 1n } : n === 2 ? circular : { deep: true }));
    for (const n of [1, 2]) ask(relay.socket, { n }, { id: n });
    await until("both answers", () => relay.socket.inbox.length === 2);
    for (const id of [1, 2])
      expect(relay.socket.take("$answer").$answer).toMatchObject({ id, fault: { code: "failed" } });
    ask(relay.socket, { n: 3 }, { id: 3 });
    await until("the answer", () => relay.socket.has("deep"));
    relay.socket.refuse(relay.socket.take("deep"), "too-deep");
    const failed = relay.socket.take("$answer");
    expect(failed.$answer).toMatchObject({ id: 3, fault: { code: "failed" } });
    relay.socket.refuse(failed, "too-deep");
    expect(relay.socket.has("$answer")).toBe(false);
    expect(faults.map(({ code }) => code)).toEqual(["bad-payload", "bad-payload", "too-deep", "too-deep"]);
  });

  test("R34: cancelled by the asker, by the server, or by a dropped connection: the signal is aborted and nothing is sent", async () => {
    const { relay, ann } = readyClient();
    const aborted: unknown[] = [];
    ann.handle(
      ({ n }, { signal }) =>
        new Promise((resolve) => {
          signal.addEventListener("abort", () => {
            aborted.push(n);
            resolve({});
          });
        }),
    );
    for (const n of [1, 2, 3]) ask(relay.socket, { n }, { id: n });
    ask(relay.socket, {}, { cancel: 1 });
    relay.socket.deliver({ $call: { cancel: 2 }, sID: 9 });
    await until("both", () => aborted.length === 2);
    relay.socket.drop();
    await until("all", () => aborted.length === 3);
    expect([aborted, relay.socket.inbox]).toEqual([[1, 2, 3], []]);
  });

  test("by name; others go to the handler without one; off() ends it", async () => {
    const { relay, ann } = readyClient();
    const off = ann.handle("calc", () => ({ by: "calc" }));
    ann.handle(() => ({ by: "other" }));
    relay.socket.deliver({ to: "calc", $call: { id: 1 }, sID: 9, FROM: "Bob" });
    ask(relay.socket, {}, { id: 2 });
    await until("both answers", () => relay.socket.inbox.length === 2);
    expect(relay.socket.inbox.splice(0).map(({ by }) => by)).toEqual(["calc", "other"]);
    off();
    await settled();
    relay.socket.deliver({ to: "calc", $call: { id: 3 }, sID: 9, FROM: "Bob" });
    await until("the answer", () => relay.socket.inbox.length === 1);
    expect(relay.socket.take("by").by).toBe("other");
  });

  test("R31: nobody handles it: declined at once, whether a name, a session or a stream was called, before and after off()", async () => {
    const { relay, ann } = readyClient();
    const called = { sID: 9, FROM: "Bob" };
    ask(relay.socket, {}, { id: 1 });
    relay.socket.deliver({ toS: 1, $call: { id: 2 }, ...called });
    relay.socket.deliver({ toS: 1, $call: { id: 3, stream: true }, ...called });
    ann.handle("other", () => ({}));
    ask(relay.socket, {}, { id: 4 });
    ann.handle(() => ({}))();
    ask(relay.socket, {}, { id: 5 });
    await settled();
    const declined = (id: number) => ({ toS: 9, $answer: { id, fault: { code: "no-handler" } } });
    expect(relay.socket.inbox).toMatchObject([1, 2, 3, 4, 5].map(declined));
  });

  test("the idtag and the session id lead to the handler of the service's name; a handler for the idtag comes first", async () => {
    const { relay, ann } = connectingClient({ name: "calc", service: true, idtag: "calc-2" });
    relay.socket.hello();
    relay.socket.reply(relay.socket.take("serviceID"), { name: "calc-2" });
    const asked = async (address: Data) => {
      relay.socket.inbox.length = 0;
      relay.socket.deliver({ ...address, $call: { id: 7 }, sID: 9, FROM: "Bob" });
      await until("the answer", () => relay.socket.has("$answer"));
      return relay.socket.take("$answer").by;
    };
    const off = ann.handle("calc", () => ({ by: "calc" }));
    expect([await asked({ to: "calc-2" }), await asked({ toS: 1 }), await asked({ to: "calc" })]).toEqual(
      Array(3).fill("calc"),
    );
    ann.handle("calc-2", () => ({ by: "calc-2" }));
    expect([await asked({ to: "calc-2" }), await asked({ toS: 1 })]).toEqual(["calc-2", "calc"]);
    off();
    expect(await asked({ toS: 1 })).toBe("calc-2");
  });

  test("an answer whose asker has left is nobody's fault", async () => {
    const { relay, ann, faults } = readyClient();
    ann.handle(() => ({}));
    ask(relay.socket, {});
    await until("the answer", () => relay.socket.has("$answer"));
    relay.socket.refuse(relay.socket.take("$answer"), "no-such-call");
    expect(faults).toEqual([]);
  });

  test("drain() waits for handlers that run", async () => {
    const { relay, ann } = readyClient();
    let finish = (_: object) => {};
    ann.handle(() => new Promise<Data>((resolve) => (finish = (data) => resolve({ ...data }))));
    ask(relay.socket, {});
    const drained = outcomeOf(ann.drain().then(() => true));
    await until("the handler", () => finish.length === 1);
    await settled();
    expect(drained.value).toBeUndefined();
    finish({});
    await until("the answer", () => relay.socket.has("$answer"));
    await settled();
    expect(drained.value).toBeUndefined();
    relay.socket.reply(relay.socket.take("$answer"), { taken: 1 });
    await until("the end", () => drained.value === true);
  });
});
