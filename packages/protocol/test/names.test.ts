import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { isName, nameFrom, utf8Length } from "../src/names.ts";

/** Any UTF-16 text, lone surrogates included. */
const anyText = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0xffff }),
      fc.integer({ min: 0xd800, max: 0xdfff }),
      fc.integer({ min: 0, max: 0xff }),
    ),
    { maxLength: 60, size: "max" },
  )
  .map((units) => String.fromCharCode(...units));

const isControl = (text: string) => /\p{Cc}/u.test(text);
const runs = { numRuns: 3_000 };

test("[N1] bytes are counted as UTF-8 has them", () => {
  fc.assert(
    fc.property(anyText, (text) => expect(utf8Length(text)).toBe(Buffer.byteLength(text))),
    runs,
  );
});

describe("N1 a name", () => {
  test("[N1 L6] has 1 to so many bytes and no control character", () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 130 }), (text, most) => {
        const bytes = Buffer.byteLength(text);
        expect(isName(text, most)).toBe(bytes >= 1 && bytes <= most && !isControl(text));
      }),
      runs,
    );
  });

  test("[N1 L6] may have exactly 128 bytes, and not one more, of characters of any width", () => {
    const wide = fc.constantFrom("a", "é", "漢", "😀", "\ud800");
    fc.assert(
      fc.property(
        fc.array(wide, { maxLength: 128, size: "max" }),
        fc.integer({ min: 126, max: 131 }),
        (start, length) => {
          let text = "";
          for (const part of start) if (Buffer.byteLength(text + part) <= length) text += part;
          text += "x".repeat(length - Buffer.byteLength(text));
          expect(isName(text, 128)).toBe(length <= 128);
        },
      ),
      runs,
    );
  });

  test("[N1] has no upper bound where the limit is off", () => {
    expect(isName("n".repeat(100_000), 0)).toBe(true);
    expect(isName("", 0)).toBe(false);
    expect(isName(`${"n".repeat(1_000)}\n`, 0)).toBe(false);
  });
});

test("[N2 M2] whole numbers stand for their decimal text, nothing else but text is a name", () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (number) => expect(nameFrom(number)).toBe(String(number))),
    runs,
  );
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const whole = typeof value === "number" && Number.isSafeInteger(value);
      const expected = whole ? String(value) : typeof value === "string" ? value : undefined;
      expect(nameFrom(value)).toBe(expected);
    }),
    runs,
  );
});
