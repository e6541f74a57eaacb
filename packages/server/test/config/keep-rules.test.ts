import { describe, expect, test } from "bun:test";
import { keepOption, keptChannel, keptStateAge, readKeepRule } from "../../src/config/keep-rules.ts";
import { readOption } from "../../src/config/layers.ts";

const DAY = 86_400_000;
const layer = (value: unknown) => [{ origin: (name: string) => name, settings: { keep: value } }];
const rulesOf = (value: unknown) => readOption(keepOption, layer(value));
const hub = (name: string, instance = "root") => ({ instance, kind: "hub" as const, name });

describe("R140 rules for kept channels", () => {
  test("a rule names channels, and what they remember has defaults", () => {
    expect(readKeepRule("hub:chat-*")).toEqual({
      kind: "hub",
      name: "chat-*",
      instance: "*",
      retention: { messages: 1_000, age: 7 * DAY, bytes: 10_485_760 },
      keepsMessages: true,
      keepsState: false,
    });
    expect(readKeepRule("name:* instance=hall messages=0 age=90s bytes=64KiB")).toEqual({
      kind: "name",
      name: "*",
      instance: "hall",
      retention: { messages: 0, age: 90_000, bytes: 65_536 },
      keepsMessages: true,
      keepsState: false,
    });
  });

  test.each([
    "",
    "chat",
    "hub:",
    "session:1",
    "hub:a messages=x",
    "hub:a age=7",
    "hub:a age=1w",
    "hub:a colour=red",
    "hub:%",
    "hub:a state=yes",
    "name:a state=true",
  ])("%p is refused", (text) => {
    expect(readKeepRule(text)).toBeUndefined();
    if (text !== "") expect(() => rulesOf(text)).toThrow("hub:chat-*");
  });

  test("several are separated by commas, or are tables of a config file, where any name can stand", () => {
    expect(rulesOf("hub:a, name:b age=1h").map(({ name }) => name)).toEqual(["a", "b"]);
    const [table, second] = rulesOf([
      { channels: "hub:a room, and more", messages: 5, age: "12h", bytes: "1MiB" },
      { channels: "broadcast:b", instance: "x y" },
    ]);
    expect(table).toEqual({
      kind: "hub",
      name: "a room, and more",
      instance: "*",
      retention: { messages: 5, age: DAY / 2, bytes: 1_048_576 },
      keepsMessages: true,
      keepsState: false,
    });
    expect(second).toMatchObject({ kind: "broadcast", name: "b", instance: "x y" });
    expect(() => rulesOf([{ channel: "hub:a" }])).toThrow("not allowed");
    expect(() => rulesOf([5])).toThrow("not allowed");
  });

  test("bytes are written as in other settings, and may be more than memory holds", () => {
    expect(rulesOf([{ channels: "hub:a", bytes: "20 GiB" }])[0]?.retention.bytes).toBe(20 * 1024 ** 3);
    expect(readKeepRule("hub:a bytes=5GiB")?.retention.bytes).toBe(5 * 1024 ** 3);
  });

  test("a flag that is given several times adds rules", () => {
    expect(rulesOf(["hub:a messages=5", "hub:b,broadcast:c"]).map(({ name }) => name)).toEqual(["a", "b", "c"]);
  });

  test("R148 the state of rooms is kept if a rule says so, with their messages or alone", () => {
    const rules = rulesOf("hub:chat-* state=true age=1h, hub:game-* state=only, broadcast:* age=2h");
    expect(keptStateAge(rules, hub("chat-1"))).toBe(3_600_000);
    expect(keptChannel(rules, hub("chat-1"))).toBeDefined();
    expect(keptStateAge(rules, hub("game-1"))).toBe(7 * DAY);
    expect(keptChannel(rules, hub("game-1"))).toBeUndefined();
    expect(keptStateAge(rules, { ...hub("x"), kind: "broadcast" })).toBeUndefined();
    expect(rulesOf([{ channels: "hub:a", state: true }])).toMatchObject([{ keepsMessages: true, keepsState: true }]);
  });

  test("the first rule that fits decides, and other channels are not kept", () => {
    const rules = rulesOf("hub:chat-vip messages=5, hub:chat-* messages=7, hub:* instance=hall messages=9");
    expect(keptChannel(rules, hub("chat-vip"))?.retention.messages).toBe(5);
    expect(keptChannel(rules, hub("chat-1"))?.retention.messages).toBe(7);
    expect(keptChannel(rules, hub("game", "hall"))?.retention.messages).toBe(9);
    expect(keptChannel(rules, hub("game"))).toBeUndefined();
    expect(keptChannel(rules, { ...hub("chat-1"), kind: "broadcast" })).toBeUndefined();
    expect(keptChannel([], hub("chat-1"))).toBeUndefined();
  });

  test("R140 N1 a name that cannot be stored as it is fits no rule", () => {
    const rules = rulesOf("hub:* instance=* state=true");
    for (const odd of ["\ud800", "a\udfff", "\ud83d"])
      for (const channel of [hub(odd), hub("h", odd)])
        expect([keptChannel(rules, channel), keptStateAge(rules, channel)]).toEqual([undefined, undefined]);
    expect(keptChannel(rules, hub("💥", "💥"))).toBeDefined();
  });
});
