import { afterAll, beforeAll, expect, test } from "bun:test";
import { type Client, connect, Fault } from "@achex/client/full";
import { ManualClock } from "../../../../packages/client/test/kit/manual-clock.ts";
import { startInstrument } from "../../../../packages/instruments/src/index.ts";
import { startServer, type TestServer } from "../../../../packages/server/test/kit/server.ts";
import { until } from "../../../../packages/server/test/kit/wait.ts";
import { ANSWER_TIME, ControlDesk } from "../net/control-desk.ts";

let server: TestServer;
let supply: Awaited<ReturnType<typeof startInstrument>>;
const clients: Client<object>[] = [];
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  for (const one of clients) one.close();
  await supply[Symbol.asyncDispose]();
  await server.stop();
});

const ID = "psu-1";

async function operator(name: string, timers: ManualClock, watches = false) {
  const client = connect<object>(server.ws("/instruments"), { name: name.toLowerCase() });
  clients.push(client);
  const desk = new ControlDesk(client, ID, { name, timers, watches });
  await until(
    `${name} to know who is in control`,
    () => desk.isKnown.value && desk.operators.value.some(({ isMe }) => isMe),
  );
  const set = (voltage: number) =>
    client.ask(ID, { set: { voltage } }).then(
      () => "done",
      (fault) => (fault instanceof Fault ? fault.code : "error"),
    );
  return { client, desk, set, holder: () => desk.holder.value?.name };
}

test("R111, R113: control is asked for, refused, handed over, passes on after 30 s, and when the page is gone", async () => {
  supply = await startInstrument("power-supply", { id: ID }, { url: server.ws("/instruments") });
  const clock = new ManualClock();
  const ann = await operator("Ann", clock);
  const bob = await operator("Bob", clock);
  const cid = await operator("Cid", clock);
  expect([ann.desk.isMine, bob.holder(), cid.holder()]).toEqual([true, "Ann", "Ann"]);
  expect([await ann.set(1), await bob.set(2)]).toEqual(["done", "not-in-control"]);

  bob.desk.ask();
  await until("the request", () => ann.desk.requests.value.length === 1);
  expect(ann.desk.requests.value[0]).toMatchObject({ name: "Bob", until: clock.now() + ANSWER_TIME });
  ann.desk.refuse(bob.client.sid ?? 0);
  await until("the refusal", () => bob.desk.asking.value?.state === "refused");
  expect(ann.desk.requests.value).toEqual([]);

  // Somebody who is not in control cannot refuse in the name of who is.
  bob.desk.ask();
  await until("the request", () => ann.desk.requests.value.length === 1);
  await cid.client.session(bob.client.sid ?? 0).send({ ask: "refused", instrument: ID });
  expect(bob.desk.asking.value?.state).toBe("asked");
  await ann.desk.grant(bob.client.sid ?? 0);
  await until("Bob in control", () => bob.desk.isMine && cid.holder() === "Bob");
  expect(bob.desk.asking.value).toBeUndefined();
  expect([await ann.set(1), await bob.set(2)]).toEqual(["not-in-control", "done"]);

  // Two ask; nobody answers; the first one gets it, and the other one's request goes to the new operator.
  cid.desk.ask();
  await until("the first request", () => bob.desk.requests.value.length === 1);
  ann.desk.ask();
  await until("both requests", () => bob.desk.requests.value.length === 2);
  clock.advance(ANSWER_TIME - 1);
  expect(bob.desk.isMine).toBe(true);
  clock.advance(1);
  await until("Cid in control", () => cid.desk.isMine);
  await until("Ann's request again", () => cid.desk.requests.value.length === 1);
  expect(bob.desk.requests.value).toEqual([]);
  ann.desk.withdraw();
  await until("no request", () => cid.desk.requests.value.length === 0);

  // Who only watches does not get control when the operator's page is gone.
  await ann.desk.watch(true);
  cid.client.close();
  await until("Bob in control again", () => bob.desk.isMine && ann.holder() === "Bob");
  await bob.desk.watch(true);
  await until("nobody in control", () => ann.holder() === undefined);
  expect(await ann.set(3)).toBe("done");
  await ann.desk.watch(false);
  await until("Ann in control", () => ann.desk.isMine);
  expect(clock.pending).toBe(0);
}, 60_000);

test("a request that a frozen page does not answer ends with the advice to ask again", async () => {
  const clock = new ManualClock();
  const frozen = new ManualClock();
  const dan = await operator("Dan", frozen);
  await until("an operator in control", () => dan.desk.holder.value !== undefined);
  const eve = await operator("Eve", clock);
  eve.desk.ask();
  clock.advance(ANSWER_TIME + 2_999);
  expect(eve.desk.asking.value?.state).toBe("asked");
  clock.advance(1);
  expect(eve.desk.asking.value?.state).toBe("unanswered");
});
