import fc from "fast-check";

/** White space as JSON allows it. */
export const space = fc.oneof(
  { weight: 3, arbitrary: fc.constant("") },
  { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom(" ", "\t", "\n", "\r"), maxLength: 3 }) },
);

const escapeOf = (unit: number) => `\\u${unit.toString(16).padStart(4, "0")}`;

const rawUnit = fc
  .string({ unit: "binary", minLength: 1, maxLength: 1 })
  .filter((unit) => JSON.stringify(unit) === `"${unit}"`);

/** A JSON string with its quotes: raw characters, short escapes and \u escapes, lone surrogates among them. */
export const stringText = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: rawUnit },
      { weight: 2, arbitrary: fc.constantFrom("{", "}", "[", "]", ",", ":", "sID", "FROM") },
      { weight: 1, arbitrary: fc.constantFrom('\\"', "\\\\", "\\/", "\\b", "\\f", "\\n", "\\r", "\\t") },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 0xffff }).map(escapeOf) },
    ),
    { maxLength: 8 },
  )
  .map((units) => `"${units.join("")}"`);

/** The JSON string of a word, any of its letters written as an escape. */
export const spelt = (word: string): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom("raw", "lower", "upper"), { minLength: word.length, maxLength: word.length }).map((ways) => {
    const units = ways.map((way, index) => {
      const escaped = escapeOf(word.charCodeAt(index));
      if (way === "raw") return word.charAt(index);
      return way === "lower" ? escaped : `\\u${escaped.slice(2).toUpperCase()}`;
    });
    return `"${units.join("")}"`;
  });

const numberText = fc.oneof(
  fc.stringMatching(/^-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?$/),
  fc.constantFrom("0", "-0", "1E400", "9007199254740993", "1.0"),
);

const list = (item: fc.Arbitrary<string>, open: string, close: string) =>
  fc
    .tuple(space, fc.array(item, { maxLength: 4 }))
    .map(([inner, items]) => open + (items.length === 0 ? inner : items.join(",")) + close);

const around = (text: fc.Arbitrary<string>) => fc.tuple(space, text, space).map((parts) => parts.join(""));

/** A member of an object: key, colon and value, with white space wherever it may stand. */
export const memberText = (key: fc.Arbitrary<string>, value: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(around(key), around(value)).map(([name, content]) => `${name}:${content}`);

/** Any JSON value, however it is written. */
export const valueText: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.oneof(stringText, numberText, fc.constantFrom("null", "true", "false")),
    list(around(tie("value")), "[", "]"),
    list(memberText(stringText, tie("value")), "{", "}"),
  ),
})).value;
