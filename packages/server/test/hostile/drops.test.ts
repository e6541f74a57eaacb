import { describe, expect, test } from "bun:test";
import { TestClient } from "../kit/client.ts";
import { startServer } from "../kit/server.ts";

const longName = "n".repeat(129);
const list = (length: number) => Array.from({ length }, (_, n) => `x${n}`);

/** Each of these is dropped in silence, the connection stays, and the one reason is counted once. */
const dropped: readonly (readonly [string, string, unknown])[] = [
  ["not-json", "plain text", "hello"],
  ["not-json", "a broken object", '{"to":"x"'],
  ["not-json", "two objects in one frame", '{"to":"x"}{"to":"x"}'],
  ["not-json", "a word that only begins with ping", "pings"],
  ["not-json", "single quotes", "{'to':'x'}"],
  ["not-object", "a number", "1"],
  ["not-object", "a text", '"to"'],
  ["not-object", "null", "null"],
  ["not-object", "an array", '[{"to":"x"}]'],
  ["too-deep", "65 levels", `{"to":"x","a":${"[".repeat(64)}${"]".repeat(64)}}`],
  ["no-verb", "an empty object", {}],
  ["no-verb", "an unknown key", { msg: "hi" }],
  ["no-verb", "an unknown command", { cmd: "shutdown" }],
  ["no-verb", "a command that is not a string", { cmd: { a: 1 } }],
  ["no-verb", "a verb in another case", { TO: "x", joinhub: "x" }],
  ["bad-target", "an object as a name", { to: {} }],
  ["bad-target", "null as a name", { to: null }],
  ["bad-target", "an empty name", { to: "" }],
  ["bad-target", "a name of 129 bytes", { to: longName }],
  ["bad-target", "a name with a control character", { to: "a\u0000b" }],
  ["bad-target", "a hub name with an escape character", { toH: "a\u009bb" }],
  ["bad-target", "a broadcast name that is true", { bc: true }],
  ["bad-target", "session 0", { toS: 0 }],
  ["bad-target", "session -1", { toS: -1 }],
  ["bad-target", "session 2^31", { toS: 2 ** 31 }],
  ["bad-target", "session 1.5", { toS: 1.5 }],
  ["bad-target", "a session that is a word", { toS: "all" }],
  ["bad-target", "no targets", { to: [] }],
  ["bad-target", "one bad target among good ones", { to: ["a", "b", 1.5] }],
  ["bad-target", "lists in lists", { to: [["a"]] }],
  ["too-many-targets", "65 targets", { to: list(65) }],
  ["too-many-targets", "10,000 targets", { toS: Array.from({ length: 10_000 }, (_, n) => n + 1) }],
  ["bad-name", "registration without a name", { cmd: "register_broadcast" }],
  ["bad-name", "registration under 129 bytes", { cmd: "register_broadcast", bid: longName }],
  ["bad-name", "registration under 43 signs of 3 bytes", { cmd: "register_broadcast", bid: "€".repeat(43) }],
  ["bad-name", "registration under a line feed", { cmd: "register_broadcast", bid: "\n" }],
  ["bad-name", "leaving a hub that is an object", { leaveHub: {} }],
  ["no-recipient", "an unknown name", { to: "nobody" }],
  ["no-recipient", "an unknown session", { toS: 2 ** 31 - 1 }],
  ["no-recipient", "an unknown broadcast", { bc: "nowhere" }],
  ["no-recipient", "an unknown hub", { toH: "nowhere" }],
  ["no-recipient", "64 unknown names", { to: list(64) }],
];

describe("B1: dropped without a reply", () => {
  test.each(dropped)("%s: %s", async (reason, _, frame) => {
    await using server = await startServer();
    using client = await TestClient.classic(server.ws(), "client");
    client.send(frame);
    await client.expectNothing();
    expect((await server.metrics()).drops).toEqual({ [reason]: 1 });
  });

  test("B3: binary: a binary frame", async () => {
    await using server = await startServer();
    using client = await TestClient.classic(server.ws(), "client");
    client.sendBytes(new TextEncoder().encode('{"echo":1}'));
    await client.expectNothing();
    expect((await server.metrics()).drops).toEqual({ binary: 1 });
  });
});

describe("B1: before login", () => {
  const addressed: readonly (readonly [string, unknown])[] = [
    ["to", { to: "client" }],
    ["toS", { toS: 1 }],
    ["bc", { bc: "x" }],
    ["toH", { toH: "x" }],
    ["registration", { cmd: "register_broadcast", bid: "x" }],
    ["serverstat", { serverstat: true }],
  ];
  test.each(addressed)("not-logged-in: %s", async (_, frame) => {
    await using server = await startServer();
    using client = await TestClient.connect(server.cloud());
    client.send(frame);
    await client.expectNothing();
    expect((await server.metrics()).drops).toEqual({ "not-logged-in": 1 });
  });
});

describe("B2: frames that get a reply", () => {
  const badNames = [longName, "", "a\u0000", "tab\t", { a: 1 }, null, 1.5, ["x"]].map((name) => [name] as const);
  test.each(badNames)("A5: a login as %j is refused, and the session does not change", async (name) => {
    await using server = await startServer();
    using client = await TestClient.classic(server.ws(), "client");
    client.send({ setID: name, passwd: "x" });
    expect(await client.next()).toStartWith('{"auth":"failed","reason":"');
    client.send({ to: "client", n: 1 });
    expect(await client.next()).toEndWith('"FROM":"client"}');
  });

  test.each(badNames)("C7a: a join of %j fails", async (joinHub) => {
    await using server = await startServer();
    using client = await TestClient.cloud(server.cloud(), "client");
    client.send({ joinHub });
    await client.expect('{"joinHub":"FAILED"}');
    expect((await server.metrics()).drops).toEqual({ "bad-name": 1 });
  });

  test("C7a: a join before login fails", async () => {
    await using server = await startServer();
    using client = await TestClient.connect(server.cloud());
    client.send({ joinHub: "x" });
    await client.expect('{"joinHub":"FAILED"}');
    expect((await server.metrics()).drops).toEqual({ "not-logged-in": 1 });
  });
});
