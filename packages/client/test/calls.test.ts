import { describe, expect, test } from "bun:test";
import type { Data } from "../src/data.ts";
import { Fault } from "../src/index.ts";
import type { FakeSocket } from "./kit/fake-relay.ts";
import { endOf, faultOf, readyStage, settled } from "./kit/stage.ts";
import { until } from "./kit/until.ts";

const idOf = ({ $call }: Data): unknown => Object(Object($call)).id;
const answer = (link: FakeSocket, id: unknown, data: Data, part: Data = {}) =>
  link.say({ toS: 1, ...data, $answer: { id, ...part }, sID: 9, FROM: "calc" });

describe("asking", () => {
  test("R30, R31: progress, then the answer", async () => {
    const { relay, ann } = readyStage();
    const progress: unknown[] = [];
    const asked = ann.ask("calc", { op: "add" }, { onProgress: (data) => progress.push(data) });
    const frame = relay.link.take("$call");
    expect(frame).toMatchObject({ to: "calc", op: "add" });
    relay.link.reply(frame, { taken: 1 });
    answer(relay.link, idOf(frame), { percent: 50 }, { more: true });
    answer(relay.link, idOf(frame), { sum: 3 });
    answer(relay.link, idOf(frame), { sum: 4 });
    expect(await asked).toEqual({ sum: 3 });
    expect(progress).toEqual([{ percent: 50 }]);
  });

  test("R33: nobody there, and a callee that goes", async () => {
    const { relay, ann } = readyStage();
    const nobody = faultOf(ann.ask("calc", {}));
    relay.link.refuse(relay.link.take("$call"), "no-such-name");
    expect((await nobody).code).toBe("no-such-name");
    const gone = faultOf(ann.ask(9, {}));
    const frame = relay.link.take("toS");
    relay.link.reply(frame, { taken: 1 });
    relay.link.say({ $answer: { id: idOf(frame), fault: { code: "callee-gone", message: "gone", retry: true } } });
    expect(await gone).toMatchObject({ code: "callee-gone", duty: "retry" });
  });

  test("R34, R35: a timeout cancels", async () => {
    const { relay, ann, clock } = readyStage();
    const late = faultOf(ann.ask("calc", {}, { timeout: 5_000 }));
    const frame = relay.link.take("$call");
    clock.advance(5_000);
    expect((await late).code).toBe("timeout");
    expect(relay.link.take("$call")).toMatchObject({ to: "calc", $call: { cancel: idOf(frame) } });
  });

  test("an AbortSignal cancels, also one that was aborted before", async () => {
    const { relay, ann, faults } = readyStage();
    const controller = new AbortController();
    const asked = faultOf(ann.ask("calc", {}, { signal: controller.signal }));
    relay.link.take("$call");
    controller.abort("changed my mind");
    expect(await asked).toMatchObject({ code: "aborted", cause: "changed my mind" });
    expect(relay.link.has("$call")).toBe(true);
    const sent = relay.link.texts.length;
    expect((await faultOf(ann.ask("calc", {}, { signal: controller.signal }))).code).toBe("aborted");
    expect([relay.link.texts.length, faults]).toEqual([sent, []]);
  });

  test("cut in the middle: unknown, whether it was confirmed or not", async () => {
    const { relay, ann, losses, clock, comeBack } = readyStage();
    const confirmed = faultOf(ann.ask("calc", {}));
    relay.link.reply(relay.link.take("$call"), { taken: 1 });
    const unconfirmed = faultOf(ann.ask("calc", {}));
    relay.link.cut();
    expect([(await confirmed).code, (await unconfirmed).code]).toEqual(["unknown", "unknown"]);
    expect(losses[0]?.unknown).toBe(2);
    comeBack();
    expect([relay.link.has("$call"), clock.pending]).toEqual([false, 1]);
  });

  test("a repeatable one is asked again", async () => {
    const { relay, ann, comeBack } = readyStage();
    const asked = ann.ask("calc", { n: 1 }, { repeatable: true });
    relay.link.reply(relay.link.take("$call"), { taken: 1 });
    relay.link.cut();
    comeBack();
    const frame = relay.link.take("$call");
    answer(relay.link, idOf(frame), { sum: 3 });
    expect(await asked).toEqual({ sum: 3 });
  });

  test("drain() waits for the answer, and no timer is left", async () => {
    const { relay, ann, clock } = readyStage();
    void ann.ask("calc", {});
    const frame = relay.link.take("$call");
    relay.link.reply(frame, { taken: 1 });
    const drained = endOf(ann.drain().then(() => true));
    await settled();
    expect(drained.value).toBeUndefined();
    answer(relay.link, idOf(frame), {});
    await settled();
    expect([drained.value, clock.pending]).toEqual([true, 1]);
  });

  test("answers nobody asked for, and malformed ones, harm nothing", () => {
    const { relay, ann, faults } = readyStage();
    for (const id of [1, 99, "x", null, {}]) answer(relay.link, id, {});
    relay.link.say({ $answer: { id: 5, fault: 3 } });
    expect([ann.state, faults]).toEqual(["ready", []]);
  });
});

describe("answering", () => {
  const ask = (link: FakeSocket, data: Data, call: Data = { id: 7 }) =>
    link.say({ to: "Ann", ...data, $call: call, sID: 9, FROM: "Bob" });

  test("progress and answer go to the asker's session", async () => {
    const { relay, ann } = readyStage();
    ann.handle(async ({ a, b }, { progress, from, sid }) => {
      progress({ from, sid });
      return { sum: Number(a) + Number(b) };
    });
    ask(relay.link, { a: 1, b: 2 });
    await until("the answer", () => relay.link.inbox.length === 2);
    expect(relay.link.inbox).toMatchObject([
      { toS: 9, from: "Bob", sid: 9, $answer: { id: 7, more: true } },
      { toS: 9, sum: 3, $answer: { id: 7 } },
    ]);
  });

  test("a thrown Fault is the asker's to see, any other error only ours", async () => {
    const { relay, ann, faults } = readyStage();
    ann.handle(({ own }) => {
      throw own ? new Fault("no-money", "The account is empty.") : new Error("secret");
    });
    ask(relay.link, { own: true }, { id: 1 });
    ask(relay.link, {}, { id: 2 });
    await until("both answers", () => relay.link.inbox.length === 2);
    const [first, second] = relay.link.inbox;
    expect(first).toMatchObject({ $answer: { id: 1, fault: { code: "no-money", message: "The account is empty." } } });
    expect(second).toMatchObject({ $answer: { id: 2, fault: { code: "failed" } } });
    expect(JSON.stringify(second)).not.toContain("secret");
    expect(faults.map(({ cause }) => String(cause))).toEqual(["Error: secret"]);
  });

  test("an answer that is none is the handler's mistake: the asker is told failed, we are told what", async () => {
    const { relay, ann, faults } = readyStage();
    ann.handle(({ n }) => Object(n === 1 ? [5] : { to: "x" }));
    for (const n of [1, 2]) ask(relay.link, { n }, { id: n });
    await until("both answers", () => relay.link.inbox.length === 2);
    for (const { $answer } of relay.link.inbox) expect($answer).toMatchObject({ fault: { code: "failed" } });
    expect(faults.map(({ code, message }) => `${code} ${message}`)).toEqual([
      "failed The handler of Ann: TypeError: It is no object.",
      "failed The handler of Ann: TypeError: bad payload: to",
    ]);
  });

  test("R34: cancelled by the asker, by the server, or cut: the signal is aborted and nothing is sent", async () => {
    const { relay, ann } = readyStage();
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
    for (const n of [1, 2, 3]) ask(relay.link, { n }, { id: n });
    ask(relay.link, {}, { cancel: 1 });
    relay.link.say({ $call: { cancel: 2 }, sID: 9 });
    await until("both", () => aborted.length === 2);
    relay.link.cut();
    await until("all", () => aborted.length === 3);
    expect([aborted, relay.link.inbox]).toEqual([[1, 2, 3], []]);
  });

  test("by name; others go to the handler without one; off() ends it", async () => {
    const { relay, ann } = readyStage();
    const off = ann.handle("calc", () => ({ by: "calc" }));
    ann.handle(() => ({ by: "other" }));
    relay.link.say({ to: "calc", $call: { id: 1 }, sID: 9, FROM: "Bob" });
    ask(relay.link, {}, { id: 2 });
    await until("both answers", () => relay.link.inbox.length === 2);
    expect(relay.link.inbox.splice(0).map(({ by }) => by)).toEqual(["calc", "other"]);
    off();
    await settled();
    relay.link.say({ to: "calc", $call: { id: 3 }, sID: 9, FROM: "Bob" });
    await until("the answer", () => relay.link.inbox.length === 1);
    expect(relay.link.take("by").by).toBe("other");
  });

  test("nobody handles it: the asker of a session is told at once, that of a name may find another", async () => {
    const { relay } = readyStage();
    ask(relay.link, {});
    relay.link.say({ toS: 1, $call: { id: 8 }, sID: 9, FROM: "Bob" });
    await settled();
    expect(relay.link.inbox).toMatchObject([{ toS: 9, $answer: { id: 8, fault: { code: "no-handler" } } }]);
  });

  test("an answer whose asker has gone is nobody's fault", async () => {
    const { relay, ann, faults } = readyStage();
    ann.handle(() => ({}));
    ask(relay.link, {});
    await until("the answer", () => relay.link.has("$answer"));
    relay.link.refuse(relay.link.take("$answer"), "no-such-call");
    expect(faults).toEqual([]);
  });

  test("drain() waits for handlers that run", async () => {
    const { relay, ann } = readyStage();
    let finish = (_: object) => {};
    ann.handle(() => new Promise<Data>((resolve) => (finish = (data) => resolve({ ...data }))));
    ask(relay.link, {});
    const drained = endOf(ann.drain().then(() => true));
    await until("the handler", () => finish.length === 1);
    await settled();
    expect(drained.value).toBeUndefined();
    finish({});
    await until("the end", () => drained.value === true);
    expect(relay.link.has("$answer")).toBe(true);
  });
});
