import { describe, expect, test } from "bun:test";
import { storeAccount } from "../../server/test/kit/accounts.ts";
import { startServer } from "../../server/test/kit/server.ts";
import { connect, type Data } from "../src/index.ts";
import { faultOf, outcomeOf, readyClient, settled } from "./kit/scripted-client.ts";
import { until } from "./kit/until.ts";

describe("R37: retire()", () => {
  test("gives up the names, finishes what runs, declines what still comes, and closes", async () => {
    const { ann, relay, clock } = readyClient();
    let finish = (_: Data) => {};
    ann.handle(() => new Promise<Data>((resolve) => (finish = resolve)));
    relay.socket.deliver({ to: "Ann", $call: { id: 1 }, sID: 9, FROM: "Bob" });
    const retired = outcomeOf(ann.retire().then(() => "closed"));
    relay.socket.reply(relay.socket.take("$retire"));
    await settled();
    relay.socket.deliver({ toS: 1, $call: { id: 2 }, sID: 9, FROM: "Bob" });
    expect(relay.socket.take("$answer").$answer).toMatchObject({ id: 2, fault: { code: "no-handler" } });
    expect([retired, ann.state]).toEqual([{}, "ready"]);
    finish({ late: true });
    await until("the answer", () => relay.socket.has("late"));
    relay.socket.reply(relay.socket.take("late"), { taken: 1 });
    await until("the end", () => retired.value === "closed");
    expect([ann.state, clock.pending]).toEqual(["closed", 0]);
  });

  test("a handler that never ends is waited for until the timeout", async () => {
    const { ann, relay, clock } = readyClient();
    let aborted = false;
    ann.handle((_, { signal }) => {
      signal.addEventListener("abort", () => (aborted = true));
      return new Promise(() => {});
    });
    relay.socket.deliver({ to: "Ann", $call: { id: 1 }, sID: 9, FROM: "Bob" });
    const retired = outcomeOf(ann.retire({ timeout: 1_000 }).then(() => "closed"));
    relay.socket.reply(relay.socket.take("$retire"));
    await settled();
    clock.advance(999);
    await settled();
    expect(retired).toEqual({});
    clock.advance(1);
    await settled();
    expect([retired.value, aborted]).toEqual(["closed", true]);
  });

  test("the timeout counts from the call, also when the server does not reply", async () => {
    const { ann, clock } = readyClient();
    const retired = outcomeOf(ann.retire({ timeout: 1_000 }).then(() => "closed"));
    clock.advance(1_000);
    await settled();
    expect([retired.value, ann.state, clock.pending]).toEqual(["closed", "closed", 0]);
  });

  test("R33: of two instances, one retires under load and no asker loses an answer", async () => {
    await using server = await startServer();
    await storeAccount(server.data, "service", "calc", "p", "one");
    const ann = connect(server.ws(), { name: "Ann" });
    const instances = ["calc-1", "calc-2"].map((idtag) =>
      connect(server.ws(), { name: "calc", passwd: "p", service: true, idtag }),
    );
    const answered: string[] = [];
    const waiting: (() => void)[] = [];
    for (const instance of instances) {
      instance.handle("calc", async ({ n }) => {
        await new Promise<void>((resolve) => waiting.push(resolve));
        answered.push(`${instance.name}`);
        return { n };
      });
      await instance.ready();
    }
    const asked = Array.from({ length: 20 }, (_, n) => ann.ask("calc", { n }));
    await until("half of them with each", () => waiting.length === 20);
    const retired = instances[0]?.retire();
    await until(
      "the other alone",
      async () =>
        (await ann
          .to("calc-1")
          .send({})
          .catch(({ code }) => code)) === "no-such-name",
    );
    const later = Array.from({ length: 20 }, (_, n) => ann.ask("calc", { n: 20 + n }));
    await until("the rest", () => waiting.length === 40);
    for (const resolve of waiting) resolve();
    await retired;
    const answers = await Promise.all([...asked, ...later]);
    expect(answers.map(({ n }) => n)).toEqual(Array.from({ length: 40 }, (_, n) => n));
    expect([instances[0]?.state, answered.filter((name) => name === "calc-1").length]).toEqual(["closed", 10]);
    for (const client of [ann, ...instances]) client.close();
  });
});

test("A8: a password is changed: the client is dismissed, logs in with the new one, and hears its room, loop and watches again", async () => {
  await using server = await startServer({ auth: "accounts" });
  for (const name of ["Ann", "Bob"]) await storeAccount(server.data, "user", name, "old");
  const ann = connect(server.ws(), { name: "Ann", passwd: "old" });
  const bob = connect(server.ws(), { name: "Bob", passwd: "old", autoConnect: false });
  const room = ann.hub("h");
  await room.join({ presence: true });
  const heard = room.messages();
  const online: string[] = [];
  ann.on("online", (name) => online.push(name));
  await ann.watch("Bob");
  await storeAccount(server.data, "user", "Ann", "new");
  await until("the dismissal", () => ann.state === "closed");
  expect(ann.reason?.message).toContain("4500");
  await ann.login({ name: "Ann", passwd: "new" });
  await bob.connect();
  await bob.hub("h").join();
  await until("Bob in the room", () => room.members.length === 2);
  await bob.hub("h").send({ n: 1 });
  expect((await heard.next()).value?.data).toEqual({ n: 1 });
  await until("Bob online", () => online.includes("Bob"));
  ann.close();
  bob.close();
});

test("R31: before a real relay, a name without a handler is refused at once, and another session of the name may answer", async () => {
  await using server = await startServer();
  const [ann, deaf, bob] = ["Ann", "Bob", "Bob"].map((name) => connect(server.ws(), { name }));
  if (!ann || !deaf || !bob) throw new Error("three clients");
  await Promise.all([deaf.ready(), bob.ready()]);
  expect((await faultOf(ann.ask("Bob", {}))).code).toBe("no-handler");
  bob.handle(() => ({ fine: true }));
  expect(await ann.ask("Bob", {})).toEqual({ fine: true });
  for (const client of [ann, deaf, bob]) client.close();
});
