import { describe, expect, test } from "bun:test";
import type { Message } from "../src/index.ts";
import { readyClient } from "./kit/scripted-client.ts";
import { until } from "./kit/until.ts";

describe("S1: the text of a message", () => {
  const texts = [
    '{"to":"Ann","id":1285704473650888702}',
    '{"msg" : "a","to":"Ann", "x":{"sID":1,"FROM":"y"} }',
    '{"to":"Ann","msg":"\\",\\"sID\\":1,\\"FROM\\":\\"x\\"}"}',
    '{"to":"Ann","a":1,"a":2,"":null}',
  ];
  const names = ["Bob", 'a"b', "a\\", "é🙂", '","sID":3,"FROM":"'];

  test("is exactly what the sender wrote, whatever the sender is called", () => {
    const { ann, relay } = readyClient();
    const heard: Message[] = [];
    ann.on("message", (message) => heard.push(message));
    const sent = texts.flatMap((text) => names.map((name) => ({ text, name })));
    for (const { text, name } of sent)
      relay.socket.deliver(`${text.slice(0, text.lastIndexOf("}"))},"sID":2,"FROM":${JSON.stringify(name)}}`);
    const last = (text: string) => text.replace(/\s+\}$/, "}");
    expect(heard.map(({ text, from }) => [last(text), from])).toEqual(sent.map(({ text, name }) => [last(text), name]));
  });

  test("of a binary message is its header", () => {
    const { ann, relay } = readyClient();
    const heard: string[] = [];
    ann.on("message", ({ text }) => heard.push(text));
    relay.socket.deliverBinary({ to: "Ann", n: 1, sID: 2, FROM: "Bob" }, new Uint8Array(3));
    expect(heard).toEqual(['{"to":"Ann","n":1}']);
  });
});

test("parse: large integers stay exact, and routing goes by the frame all the same", () => {
  const parse = (text: string) =>
    JSON.parse(text.replace(/:(\d{16,})/g, ':"$1n"'), (_, value) =>
      typeof value === "string" && /^\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value,
    );
  const { ann, relay } = readyClient({ parse });
  const heard: unknown[] = [];
  ann.on("message", ({ data, sid }) => heard.push(data.id, sid));
  relay.socket.deliver('{"to":"Ann","id":1285704473650888702,"sID":2,"FROM":"Bob"}');
  expect(heard).toEqual([1285704473650888702n, 2]);
});

test("parse: whatever it makes of numbers, questions are answered and answers arrive", async () => {
  const parse = (text: string) =>
    JSON.parse(text, (_, value) => (typeof value === "number" ? BigInt(Math.round(value)) : value));
  const { ann, relay } = readyClient({ parse });
  ann.handle(({ n }) => ({ type: typeof n }));
  relay.socket.deliver({ to: "Ann", n: 5, $call: { id: 1 }, sID: 2, FROM: "Bob" });
  await until("the answer", () => relay.socket.has("$answer"));
  expect(relay.socket.take("$answer")).toMatchObject({ toS: 2, type: "bigint", $answer: { id: 1 } });
  const asked = ann.ask("Bob", {});
  relay.socket.deliver({ toS: 1, n: 7, $answer: { id: 1 }, sID: 2, FROM: "Bob" });
  expect(await asked).toEqual({ n: 7n });
});

test("a parse that throws or returns no object costs that message alone", () => {
  const { ann, relay, faults } = readyClient({
    parse: (text) => {
      if (text.includes("bad")) throw new SyntaxError("bad");
      return 5;
    },
  });
  const heard: unknown[] = [];
  ann.on("message", ({ data }) => heard.push(data));
  relay.socket.deliver({ to: "Ann", bad: 1, sID: 2, FROM: "Bob" });
  relay.socket.deliver({ to: "Ann", fine: 1, sID: 2, FROM: "Bob" });
  expect([heard, faults.map(({ code }) => code), ann.state]).toEqual([[{}], ["invalid"], "ready"]);
});

test("messages(): return() ends a loop that waits, and drops what it has not taken", async () => {
  const { ann, relay } = readyClient();
  const room = ann.hub("h");
  const [idle, behind] = [room.messages(), room.messages()];
  const waiting = idle.next();
  expect(await idle.return?.()).toEqual({ done: true, value: undefined });
  expect((await waiting).done).toBe(true);
  relay.socket.deliver({ toH: "h", n: 1, sID: 2, FROM: "Bob" });
  await behind.return?.();
  expect([(await behind.next()).done, (await idle.next()).done]).toEqual([true, true]);
});
