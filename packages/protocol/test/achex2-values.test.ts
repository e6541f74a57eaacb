import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { membersFrom } from "../src/achex2/rooms.ts";
import { answerFrom, attributesFrom, callFrom, namesFrom } from "../src/achex2/values.ts";
import { defaultParseLimits } from "../src/limits.ts";
import { utf8Length } from "../src/names.ts";

const runs = { numRuns: 3_000 };

const count = fc.oneof(fc.nat(), fc.constantFrom(0, -1, 1.5, 2 ** 53 - 1, 2 ** 53, 16_777_216, 16_777_217));
const scalar = fc.oneof(count, fc.boolean(), fc.constant(null), fc.string({ maxLength: 4 }));
const any = fc.oneof(scalar, fc.array(scalar, { maxLength: 2 }), fc.dictionary(fc.string(), scalar, { maxKeys: 2 }));

/** Objects that look like a value of the key, with fields missing, wrong or too many. */
const like = (...keys: readonly string[]) =>
  fc.oneof(
    any,
    fc.dictionary(fc.constantFrom(...keys, "__proto__", "x"), fc.oneof(scalar, fc.constant({ code: "mine" })), {
      maxKeys: 3,
    }),
  );

const isId = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0;

/** What a value of that form must look like as JSON, its keys in any order. */
const has = (value: unknown, form: Readonly<Record<string, (field: unknown) => boolean>>): boolean => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value);
  return (
    entries.length === Object.keys(form).length &&
    entries.every(([key, field]) => Object.hasOwn(form, key) && form[key]?.(field))
  );
};

const isTrue = (field: unknown) => field === true;
const isObject = (field: unknown) => typeof field === "object" && field !== null && !Array.isArray(field);
const isCredit = (field: unknown) => isId(field) && Number(field) > 0 && Number(field) <= 16_777_216;

describe("[R4] values of $ keys are taken in their very form and in no other", () => {
  test("[R30 R34 R50] $call", () => {
    fc.assert(
      fc.property(like("id", "cancel", "stream", "data", "end"), (value) => {
        const forms = {
          cancel: { cancel: isId },
          open: { id: isId },
          stream: { id: isId, stream: isTrue },
          data: { id: isId, data: isTrue },
          end: { id: isId, end: isTrue },
        };
        const found = Object.entries(forms).find(([, form]) => has(value, form));
        expect<string | undefined>(callFrom(value)?.kind).toBe(found?.[0]);
      }),
      runs,
    );
  });

  test("[R31 R51] $answer", () => {
    fc.assert(
      fc.property(like("id", "more", "fault", "credit"), (value) => {
        const forms = {
          end: { id: isId },
          more: { id: isId, more: isTrue },
          fault: { id: isId, fault: isObject },
          credit: { id: isId, credit: isCredit },
        };
        const found = Object.entries(forms).find(([, form]) => has(value, form));
        expect<string | undefined>(answerFrom(value)?.kind).toBe(found?.[0]);
      }),
      runs,
    );
  });

  test("[R24] $members", () => {
    const isName = (field: unknown) =>
      Number.isSafeInteger(field) || (typeof field === "string" && /^[^\p{Cc}]+$/u.test(field));
    fc.assert(
      fc.property(like("hub", "bc", "after"), (value) => {
        const forms = [{ hub: isName }, { bc: isName }].flatMap((form) => [form, { ...form, after: isId }]);
        expect(membersFrom(value, defaultParseLimits) !== undefined).toBe(forms.some((form) => has(value, form)));
      }),
      runs,
    );
  });

  test("[R25] $watch", () => {
    expect(namesFrom("watch", [], defaultParseLimits)).toEqual({ verb: "watch", names: [] });
    expect(namesFrom("unwatch", ["Bob", 7], defaultParseLimits)).toEqual({ verb: "unwatch", names: ["Bob", "7"] });
    for (const wrong of ["Bob", null, {}, [""], ["x".repeat(129)], ["a\n"], [null], [["Bob"]], [1.5]])
      expect(namesFrom("watch", wrong, defaultParseLimits)).toBeUndefined();
  });
});

describe("[R22] attributes", () => {
  const key = fc.oneof(fc.string({ maxLength: 70 }), fc.constantFrom("__proto__", "constructor", "k".repeat(64)));
  const value = fc.oneof(
    fc.string({ unit: "binary", maxLength: 260 }),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    any,
  );
  const attributes = fc.array(fc.tuple(key, value), { maxLength: 18 }).map((entries) => Object.fromEntries(entries));

  test("[R22] are kept as they are, or not at all", () => {
    fc.assert(
      fc.property(attributes, (given) => {
        // As they come off the wire.
        const sent: object = JSON.parse(JSON.stringify(given));
        const entries = Object.entries(sent);
        const allowed =
          entries.length <= 16 &&
          entries.every(([name, plain]) => {
            const isPlain = plain === null || typeof plain !== "object";
            const isKey = name !== "" && utf8Length(name) <= 64 && !/\p{Cc}/u.test(name);
            return isPlain && isKey && Buffer.byteLength(JSON.stringify(plain)) <= 256;
          });
        const kept = attributesFrom(sent);
        if (allowed) expect(JSON.stringify(kept)).toBe(JSON.stringify(sent));
        else expect(kept).toBeUndefined();
      }),
      runs,
    );
  });

  test("[R22] cannot reach a prototype", () => {
    const kept = attributesFrom(JSON.parse('{"__proto__":"x","constructor":1,"toString":null}'));
    expect(JSON.stringify(kept)).toBe('{"__proto__":"x","constructor":1,"toString":null}');
    expect(Object.getPrototypeOf(kept)).toBe(Object.prototype);
    expect(Object.hasOwn(Object.prototype, "x")).toBe(false);
  });

  test("[R22] are none when they are no object", () => {
    for (const wrong of [null, 1, "x", [], ["a"], true]) expect(attributesFrom(wrong)).toBeUndefined();
  });
});
