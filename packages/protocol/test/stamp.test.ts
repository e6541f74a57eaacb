import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { parse } from "../src/parse.ts";
import { stamped, stampOf } from "../src/stamp.ts";
import { memberText, space, spelt, stringText, valueText } from "./json-text.ts";

const id = fc.integer({ min: 1, max: 2 ** 31 - 1 });
const name = fc.string({ unit: "binary", minLength: 1, maxLength: 20 });

const keyOf = (member: string): unknown => Object.keys(JSON.parse(`{${member}}`))[0];

const payload = memberText(stringText, valueText).filter((member) => {
  const key = keyOf(member);
  return key !== "to" && key !== "sID" && key !== "FROM";
});
const address = memberText(spelt("to"), fc.constantFrom('"Ann"', '["Ann","Bob"]', "7"));
const forged = memberText(fc.constantFrom("sID", "FROM").chain(spelt), valueText);

interface Part {
  readonly text: string;
  readonly forged: boolean;
}

const parts = (most: number): fc.Arbitrary<Part[]> =>
  fc.array(
    fc.oneof(
      { weight: 2, arbitrary: payload.map((text) => ({ text, forged: false })) },
      { weight: 1, arbitrary: forged.map((text) => ({ text, forged: true })) },
    ),
    { maxLength: most },
  );

/** A message as any client might write it, taken apart. */
const message = fc.record({ before: space, first: parts(4), address, last: parts(4), after: space });
type Message = typeof message extends fc.Arbitrary<infer Value> ? Value : never;

const partsOf = ({ first, address: to, last }: Message): Part[] => [...first, { text: to, forged: false }, ...last];
const textOf = (whole: Message, members: readonly Part[]) =>
  `${whole.before}{${members.map(({ text }) => text).join(",")}}${whole.after}`;

function forward(text: string, sender: number, from: string): string {
  const frame = parse(text);
  if (frame.verb !== "send") throw new Error(`${text} is not a message but ${frame.verb}`);
  return stamped(frame.text, stampOf(sender, from));
}

const runs = { numRuns: 2_000 };

describe("S1 S2 S3 what is forwarded", () => {
  test("[S1 S3] is JSON that holds what was sent, and the true stamp in place of any other", () => {
    fc.assert(
      fc.property(message, id, name, (whole, sender, from) => {
        const text = textOf(whole, partsOf(whole));
        // Compared member by member, because a key may be __proto__.
        const sent = Object.entries(JSON.parse(text)).filter(([key]) => key !== "sID" && key !== "FROM");
        expect(Object.entries(JSON.parse(forward(text, sender, from)))).toEqual([
          ...sent,
          ["sID", sender],
          ["FROM", from],
        ]);
      }),
      runs,
    );
  });

  test("[S2 S3] is the sender's text to the letter, but for forged members, each with one comma", () => {
    fc.assert(
      fc.property(message, id, name, (whole, sender, from) => {
        const members = partsOf(whole);
        const honest = textOf(
          whole,
          members.filter((member) => !member.forged),
        );
        const stamp = `,"sID":${sender},"FROM":${JSON.stringify(from)}`;
        const brace = honest.length - whole.after.length - 1;
        expect(forward(textOf(whole, members), sender, from)).toBe(`${honest.slice(0, brace)}${stamp}}${whole.after}`);
      }),
      runs,
    );
  });

  test("[S3] sent on by its receiver has the new stamp alone", () => {
    fc.assert(
      fc.property(message, id, name, id, name, (whole, sender, from, second, again) => {
        const text = textOf(whole, partsOf(whole));
        expect(forward(forward(text, sender, from), second, again)).toBe(forward(text, second, again));
      }),
      runs,
    );
  });

  test("[S1] is valid Unicode, whatever the name", () => {
    const anyUnits = fc
      .array(fc.integer({ min: 0x20, max: 0xffff }), { minLength: 1, maxLength: 10 })
      .map((units) => String.fromCharCode(...units));
    fc.assert(
      fc.property(id, anyUnits, (sender, from) => {
        const text = forward('{"to":"x"}', sender, from);
        expect(text.isWellFormed()).toBe(true);
        expect(JSON.parse(text).FROM).toBe(from);
      }),
      runs,
    );
  });
});
