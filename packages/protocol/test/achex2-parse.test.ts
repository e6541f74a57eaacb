import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Achex2Frame } from "../src/achex2/frames.ts";
import { dollarKeys, keyReaderOf, serverKeys } from "../src/achex2/keys.ts";
import { parseAchex2, refOf, withoutRefPrefix } from "../src/achex2/parse.ts";
import { faults } from "../src/faults.ts";
import { isStampKey, parameterKeys, stampKeys } from "../src/keys.ts";
import { parse, verbKeys } from "../src/parse.ts";
import { memberText, space, spelt, stringText, valueText } from "./json-text.ts";

const runs = { numRuns: 1_500 };

/** Fails unless the frame is one the server can act on or refuse. */
function isSound({ ref, request, refPrefixLength }: Achex2Frame, text: string): void {
  expect(ref === undefined || (Number.isSafeInteger(ref) && ref >= 0)).toBe(true);
  if (request.verb === "refused") expect(Object.keys(faults)).toContain(request.code);
  if (refPrefixLength > 0) expect(text.slice(0, refPrefixLength)).toMatch(/^\{"\$ref":[^,]*,$/);
}

const takes = (text: string) => isSound(parseAchex2(text), text);

const otherKeys = [...verbKeys, ...parameterKeys, ...stampKeys, "__proto__", "n"];
const notAllowed = ["$", "$x", ...serverKeys.filter((key) => !keyReaderOf(key))];
const anyKey = fc
  .oneof(fc.constantFrom(...Object.keys(dollarKeys)), fc.constantFrom(...notAllowed), fc.constantFrom(...otherKeys))
  .chain(spelt);
/** Values that the keys take, and so are likely to get past the first check. */
const exampleValues = Object.values(dollarKeys)
  .flatMap(({ examples }) => examples.map(({ text }): object => JSON.parse(text)))
  .flatMap((example) => Object.values(example))
  .map((value) => JSON.stringify(value));
const likelyValue = fc.oneof(valueText, fc.constantFrom(...exampleValues, "{}"));
const anyMembers = fc.array(memberText(anyKey, likelyValue), { maxLength: 6 });

describe("[R4 R6] parseAchex2 never throws", () => {
  test("[R4] for any text, any bytes taken for UTF-8, any JSON", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 200 }), takes), runs);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => takes(new TextDecoder().decode(bytes))),
      runs,
    );
    fc.assert(
      fc.property(space, valueText, space, (before, value, after) => takes(before + value + after)),
      runs,
    );
  });

  test("[R4] for objects of its keys with any values, broken anywhere", () => {
    fc.assert(
      fc.property(anyMembers, fc.nat(), fc.string({ maxLength: 2 }), (members, at, put) => {
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

  test("[R4] for a MiB of brackets or of references", () => {
    const half = 2 ** 19;
    takes(`{"$ref":1,"to":${"[".repeat(half)}${"]".repeat(half)}}`);
    takes('{"$ref":1,'.repeat(half / 8));
    takes(`{${'"$ref":1,'.repeat(half / 8)}"to":"x"}`);
  });
});

const isTakenOut = (key: string) => (key.startsWith("$") && !keyReaderOf(key)?.forwarded) || isStampKey(key);

interface Member {
  readonly key: string;
  readonly text: string;
}

const member = (key: fc.Arbitrary<string>, value: fc.Arbitrary<string>): fc.Arbitrary<Member> =>
  key.chain((word) => memberText(spelt(word), value).map((text) => ({ key: word, text })));

const payloadMember = stringText
  .filter((text) => !JSON.parse(text).startsWith("$") && !verbKeys.includes(JSON.parse(text)))
  .chain((text) =>
    memberText(fc.constant(text), valueText).map((whole): Member => ({ key: JSON.parse(text), text: whole })),
  );
const stampMember = member(fc.constantFrom("sID", "FROM"), valueText);
const reference = fc.oneof(fc.nat({ max: 50 }), fc.maxSafeNat()).map((ref) => ({ ref, text: String(ref) }));

/** What a message is made of besides address and reference, anything anywhere and more than once. */
const others = fc.array(fc.oneof(payloadMember, stampMember), { maxLength: 4 });
const call = member(fc.constant("$call"), fc.constantFrom('{"id":1}', ' { "id" : 2 } '));

describe("[R4] what is forwarded", () => {
  test("[R4 S2 S3] is what was sent, byte for byte, without $ keys and stamps, however they are spelt and wherever they stand", () => {
    const message = fc
      .tuple(others, fc.option(call), fc.array(reference, { maxLength: 3 }), fc.boolean())
      .chain(([rest, called, refs, refsFirst]) => {
        const address: Member = { key: "to", text: '"to":"Bob"' };
        const body = fc.shuffledSubarray([...rest, ...(called ? [called] : []), address], {
          minLength: rest.length + (called ? 2 : 1),
        });
        const spelled = fc.tuple(...refs.map(({ text }) => member(fc.constant("$ref"), fc.constant(text))));
        return fc.tuple(body, spelled, fc.constant(refs.at(-1)?.ref), fc.constant(refsFirst));
      });
    fc.assert(
      fc.property(message, space, space, ([body, refs, ref, refsFirst], before, after) => {
        const all = refsFirst ? [...refs, ...body] : [...body, ...refs];
        const wrap = (members: readonly Member[]) => `${before}{${members.map(({ text }) => text).join(",")}}${after}`;
        const frame = parseAchex2(wrap(all));
        expect(frame.ref).toBe(ref);
        expect(frame.request).toMatchObject({ verb: "send", targets: [{ kind: "name", name: "Bob" }] });
        if (frame.request.verb !== "send") return;
        expect(withoutRefPrefix(frame.request.text, frame.refPrefixLength)).toBe(
          wrap(body.filter(({ key }) => !isTakenOut(key))),
        );
      }),
      runs,
    );
  });

  test("[R4] is the same whether the reference leads or stands anywhere else", () => {
    const said = ({ request, refPrefixLength, ref }: Achex2Frame) => ({
      ref,
      request: "text" in request ? { ...request, text: withoutRefPrefix(request.text, refPrefixLength) } : request,
    });
    fc.assert(
      fc.property(
        fc.array(memberText(anyKey, likelyValue), { minLength: 1, maxLength: 5 }),
        fc.nat(),
        (members, ref) => {
          const rest = members.join(",");
          const keys = Object.keys(JSON.parse(`{${rest}}`));
          if (keys.includes("$ref")) return;
          expect(said(parseAchex2(`{"$ref":${ref},${rest}}`))).toEqual(said(parseAchex2(`{${rest},"$ref":${ref}}`)));
        },
      ),
      runs,
    );
  });

  test("[R2] without a $ key is what the legacy dialects would forward", () => {
    const plain = fc.array(memberText(fc.constantFrom(...otherKeys).chain(spelt), valueText), { maxLength: 5 });
    fc.assert(
      fc.property(plain, (members) => {
        const text = `{${members.join(",")}}`;
        const { request, ref, refPrefixLength } = parseAchex2(text);
        expect({ request, ref, refPrefixLength }).toEqual({
          request: parse(text),
          ref: undefined,
          refPrefixLength: 0,
        });
      }),
      runs,
    );
  });
});

describe("[R6] the reference", () => {
  test("[R6] is read from any frame, refused or not", () => {
    fc.assert(
      fc.property(anyMembers, fc.nat(), fc.boolean(), (members, ref, first) => {
        const all = first ? [`"$ref":${ref}`, ...members] : [...members, `"$ref":${ref}`];
        const text = `{${all.join(",")}}`;
        const last = JSON.parse(text).$ref;
        expect(parseAchex2(text).ref).toBe(Number.isSafeInteger(last) && last >= 0 ? last : undefined);
      }),
      runs,
    );
  });

  test("[R6] is found in a frame that is not read, when it is the first key", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.string(), space, (ref, rest, white) => {
        const gap = white.slice(0, 8);
        expect(refOf(`${gap}{${gap}"$ref"${gap}:${gap}${ref}${gap},${rest}`)).toBe(ref);
        expect(refOf(`{"$ref":${ref}}`)).toBe(ref);
        expect(refOf(`{"x":1,"$ref":${ref}}`)).toBeUndefined();
      }),
      runs,
    );
    for (const text of [
      "",
      "{",
      '{"$ref":',
      '{"$ref":-1,',
      '{"$ref":1.5,',
      '{"$ref":"1",',
      '{"$ref":01,',
      '{"$ref":9007199254740992,',
    ])
      expect(refOf(text)).toBeUndefined();
    expect(refOf(`{${" ".repeat(2 ** 20)}"$ref":1}`)).toBeUndefined();
  });
});
