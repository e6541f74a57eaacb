import { describe, expect, test } from "bun:test";
import { TestClient } from "../kit/client.ts";
import { createSharedServer } from "../kit/shared-server.ts";

const shared = createSharedServer({ "max-frames-per-second": 0, "max-bytes-per-second": 0 });
const MIB = 1024 ** 2;

/** Text repeated up to a MiB, which is the largest frame. */
const mebibyteOf = (unit: string) => unit.repeat(Math.floor(MIB / unit.length));

/** Sends one frame that has to be dropped; returns the reasons it was counted under. */
async function reasonsFor(frame: string): Promise<Record<string, number>> {
  const before = (await shared.server.metrics()).drops;
  using client = await TestClient.classic(shared.server.ws(), "hostile");
  client.send(frame);
  await client.expectNothing();
  const after = (await shared.server.metrics()).drops;
  const grown = Object.entries(after).filter(([reason, count]) => count !== before[reason]);
  return Object.fromEntries(grown.map(([reason, count]) => [reason, count - (before[reason] ?? 0)]));
}

const half = (unit: string, end: string, middle = "") => {
  const times = Math.floor((MIB - 64) / (unit.length + end.length));
  return unit.repeat(times) + middle + end.repeat(times);
};

describe("B1: a MiB of nesting is dropped once, and the connection stays open", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["[ without end", mebibyteOf("[")],
    ['{"a": without end', mebibyteOf('{"a":')],
    ["[ and ] in balance", half("[", "]")],
    ['{"a": in balance', half('{"a":', "}", "1")],
    ["a message whose payload is [ and ] in balance", `{"to":"bystander","deep":${half("[", "]")}}`],
    ["quotation marks", mebibyteOf('"')],
    ["an odd number of backslashes in a text", `{"to":"bystander","x":"${mebibyteOf("\\").slice(41)}"}`],
    ["spaces", mebibyteOf(" ")],
    ["digits", mebibyteOf("9")],
    ["commas", mebibyteOf(",")],
  ];
  test.each(cases)("%s", async (_, frame) => {
    const reasons = await reasonsFor(frame);
    expect(Object.values(reasons)).toEqual([1]);
    expect(["not-json", "not-object", "too-deep"]).toContain(Object.keys(reasons).join());
  });

  test("L6: one level above the limit is too deep, the limit itself passes", async () => {
    using client = await TestClient.classic(shared.server.ws(), "deep");
    const nested = (depth: number) => `{"to":"deep","x":${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}}`;
    client.send(nested(64));
    expect(await client.next()).toStartWith(nested(64).slice(0, -1));
    expect(await reasonsFor(nested(65))).toEqual({ "too-deep": 1 });
  });
});

describe("V4: strange keys are payload", () => {
  /** What the sender sees of its own message to itself. */
  async function roundTrip(members: string): Promise<void> {
    using client = await TestClient.classic(shared.server.ws(), "odd");
    client.send(`{"toS":${client.id},${members}}`);
    await client.expect(`{"toS":${client.id},${members},"sID":${client.id},"FROM":"odd"}`);
  }

  test("10,000 keys", () => roundTrip(Array.from({ length: 10_000 }, (_, n) => `"k${n}":${n}`).join()));
  test("10,000 times the same key", () => roundTrip(new Array<string>(10_000).fill('"k":1').join()));
  test("__proto__ with an object", () => roundTrip('"__proto__":{"toS":1,"polluted":true}'));
  test("__proto__ written with escapes", () => roundTrip('"\\u005f_proto__":{"polluted":true}'));
  test("constructor, prototype, hasOwnProperty, toString", () =>
    roundTrip('"constructor":{"prototype":{"polluted":true}},"hasOwnProperty":1,"toString":null,"valueOf":{}'));
  test("numbers that no double can represent", () =>
    roundTrip('"a":123456789012345678901234567890,"b":1e999,"c":-0,"d":1.10'));
  test("lone surrogate escapes in payload and keys", () => roundTrip('"\\ud800":"\\udfff","x":"\\ud83d"'));
  test("an empty key", () => roundTrip('"":""'));

  test("no prototype was changed by any of them", async () => {
    await roundTrip('"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}');
    expect("polluted" in {}).toBe(false);
  });

  test("B1: an address or verb that is only in __proto__ does not count", async () => {
    expect(await reasonsFor('{"__proto__":{"to":"bystander"}}')).toEqual({ "no-verb": 1 });
    expect(await reasonsFor('{"__proto__":{"echo":1}}')).toEqual({ "no-verb": 1 });
    expect(await reasonsFor('{"constructor":{"to":"bystander"}}')).toEqual({ "no-verb": 1 });
  });
});

describe("N2: names that are also JavaScript properties", () => {
  const names = ["__proto__", "constructor", "hasOwnProperty", "toString", "null", "undefined", "0", "-1"];
  test.each(names)("%s is a name, a hub and a broadcast like any other", async (name) => {
    using one = await TestClient.classic(shared.server.ws(), name);
    using other = await TestClient.classic(shared.server.ws(), "other");
    for (const client of [one, other]) {
      client.send({ joinHub: name });
      await client.expect('{"joinHub":"OK"}');
      client.send({ cmd: "register_broadcast", bid: name });
      await client.expectNothing();
    }
    other.send(`{"to":${JSON.stringify(name)},"n":1}`);
    other.send(`{"toH":${JSON.stringify(name)},"n":2}`);
    other.send(`{"bc":${JSON.stringify(name)},"n":3}`);
    const keys = await Promise.all([one.json(), one.json(), one.json()]);
    expect(keys.map(({ n }) => n)).toEqual([1, 2, 3]);
    expect(keys.every(({ FROM }) => FROM === "other")).toBe(true);
  });

  test("N1: a name with a lone surrogate escape is distinct from others and does no harm", async () => {
    using odd = await TestClient.classic(shared.server.ws(), "plain");
    odd.send('{"setID":"\\ud800","passwd":"x"}');
    await odd.expect('{"auth":"ok"}');
    odd.send(`{"toS":${odd.id},"n":1}`);
    expect(await odd.next()).toEndWith(`,"sID":${odd.id},"FROM":"\\ud800"}`);
    odd.send('{"to":"\\ud800","n":2}');
    expect(await odd.next()).toEndWith(`,"sID":${odd.id},"FROM":"\\ud800"}`);
    expect(await reasonsFor('{"to":"\\udfff","n":3}')).toEqual({ "no-recipient": 1 });
  });
});

test("S3: a MiB of forged stamps is removed in time", async () => {
  using client = await TestClient.classic(shared.server.ws(), "forger");
  const forged = '"sID":1,"F\\u0052OM":"x",';
  client.send(`{${forged.repeat(40_000)}"toS":${client.id}}`);
  await client.expect(`{"toS":${client.id},"sID":${client.id},"FROM":"forger"}`);
});
