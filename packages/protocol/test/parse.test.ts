import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { parameterKeys, stampKeys } from "../src/keys.ts";
import { parse, verbKeys } from "../src/parse.ts";
import { memberText, space, spelt, stringText, valueText } from "./json-text.ts";

const VERBS = [
  "send",
  "login",
  "register",
  "unregister",
  "join",
  "leave",
  "latency",
  "echo",
  "serverstat",
  "badJoin",
  "badLogin",
  "drop",
];

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

const runs = { numRuns: 3_000 };

describe("B1 V1 parse never throws", () => {
  const takes = (text: string) => {
    const frame = parse(text);
    expect(VERBS).toContain(frame.verb);
    if (isJson(text)) expect(frame).not.toEqual({ verb: "drop", reason: "not-json" });
    else if (frame.verb !== "latency") expect(frame).toEqual({ verb: "drop", reason: "not-json" });
    else expect(["ping", "latency"]).toContain(text.trim());
  };

  test("[B1] for any text", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 200 }), takes), runs);
  });

  test("[B1] for any bytes that were taken for UTF-8", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => takes(new TextDecoder().decode(bytes))),
      runs,
    );
  });

  test("[V1 V4] for any JSON", () => {
    fc.assert(
      fc.property(space, valueText, space, (before, value, after) => takes(before + value + after)),
      runs,
    );
  });

  test("[B1] for an object of known keys with any values, broken anywhere", () => {
    const keys = [...verbKeys, ...parameterKeys, ...stampKeys, "__proto__"];
    const member = memberText(fc.constantFrom(...keys).chain(spelt), valueText);
    fc.assert(
      fc.property(fc.array(member, { maxLength: 5 }), fc.nat(), fc.string({ maxLength: 2 }), (members, at, put) => {
        const text = `{${members.join(",")}}`;
        takes(text);
        const cut = at % (text.length + 1);
        takes(text.slice(0, cut) + put + text.slice(cut));
        takes(text.slice(0, cut));
        takes(text.slice(0, cut) + text.slice(cut + 1));
      }),
      runs,
    );
  });
});

test("[B1] JSON that is not an object is dropped as such", () => {
  const noObject = valueText.filter((text) => !text.startsWith("{"));
  fc.assert(
    fc.property(noObject, (text) => expect(parse(text)).toEqual({ verb: "drop", reason: "not-object" })),
    runs,
  );
});

describe("V2 the first key of the list decides", () => {
  const named = (name: string) => ({ verb: "login", name });
  const to = (kind: string) => ({ verb: "send", targets: [{ kind }] });
  const frames: readonly (readonly [key: string, value: string, frame: object])[] = [
    ["to", '"Ann"', to("name")],
    ["toS", "7", { verb: "send", targets: [{ kind: "session", id: 7 }] }],
    ["tos", "8", { verb: "send", targets: [{ kind: "session", id: 8 }] }],
    ["bc", '"b"', to("broadcast")],
    ["toH", '"h"', to("hub")],
    ["setID", '"set"', named("set")],
    ["auth", '"auth"', named("auth")],
    ["serviceID", '"service"', named("service")],
    ["serverSetID", '"server"', named("server")],
    ["joinHub", '"h"', { verb: "join", name: "h" }],
    ["leaveHub", '"h"', { verb: "leave", name: "h" }],
    ["cmd", '"unknown"', { verb: "drop", reason: "no-verb" }],
    ["ping", "null", { verb: "latency" }],
    ["latency", "0", { verb: "latency" }],
    ["echo", "false", { verb: "echo" }],
    ["serverstat", '""', { verb: "serverstat" }],
  ];
  test("[V2] every key of the list is tried here, in its order", () => {
    expect(frames.map(([key]) => key)).toEqual([...verbKeys]);
  });

  const noKey = memberText(
    stringText.filter((text) => !verbKeys.includes(JSON.parse(text))),
    valueText,
  );

  test("[V2 V3] wherever it stands and however it is spelt", () => {
    const chosen = fc.subarray([...frames], { minLength: 1 });
    const written = chosen.chain((some) =>
      fc.tuple(...some.map(([key, value]) => memberText(spelt(key), fc.constant(value)))),
    );
    const shuffled = written.chain((members) => fc.shuffledSubarray(members, { minLength: members.length }));
    fc.assert(
      fc.property(shuffled, fc.array(noKey, { maxLength: 3 }), fc.boolean(), (known, others, othersFirst) => {
        const members = othersFirst ? [...others, ...known] : [...known, ...others];
        const text = `{${members.join(",")}}`;
        const fields: object = JSON.parse(text);
        const [, , frame] = frames.find(([key]) => Object.hasOwn(fields, key)) ?? [];
        expect(parse(text)).toMatchObject(frame ?? {});
      }),
      runs,
    );
  });

  test("[V2 B1] none of them is dropped, whatever else the object holds", () => {
    fc.assert(
      fc.property(fc.array(noKey, { maxLength: 5 }), (members) =>
        expect(parse(`{${members.join(",")}}`)).toEqual({ verb: "drop", reason: "no-verb" }),
      ),
      runs,
    );
  });
});

test("[L6] nesting beyond the limit is dropped, up to it is not, be it of objects or arrays", () => {
  const nest = fc
    .oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 62, max: 65 }))
    .chain((depth) => fc.array(fc.boolean(), { minLength: depth, maxLength: depth }));
  fc.assert(
    fc.property(nest, (kinds) => {
      const open = kinds.map((array) => (array ? "[" : '{"k":')).join("");
      const close = kinds
        .map((array) => (array ? "]" : "}"))
        .reverse()
        .join("");
      const frame = parse(`{"echo":${open}0${close}}`);
      expect(frame.verb).toBe(kinds.length < 64 ? "echo" : "drop");
    }),
    runs,
  );
});

test("[B1] a MiB of brackets is dropped, whether they are closed or not", () => {
  const half = 2 ** 19;
  expect(parse("[".repeat(2 * half)).verb).toBe("drop");
  expect(parse(`{"to":${"[".repeat(half)}${"]".repeat(half)}}`).verb).toBe("drop");
  expect(parse('{"to":'.repeat(half / 4)).verb).toBe("drop");
});
