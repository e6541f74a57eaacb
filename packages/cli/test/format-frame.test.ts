import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { formatFrame, oneLine } from "../src/format-frame.ts";
import { wantsColours } from "../src/terminal.ts";

const FRAME = '{"to":"al:ice","k\\"ey":[1,"x"],"sID":15,"FROM":"b\\"ob"}';
const CODES = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, "g");

describe("frames as achex listen shows them", () => {
  test("colours: keys stand out, the stamp steps back, the text stays", () => {
    const shown = formatFrame(FRAME, true);
    expect(shown.replace(CODES, "")).toBe(FRAME);
    expect(shown).toContain('\u001b[36m"to"\u001b[39m');
    expect(shown).toContain('\u001b[36m"k\\"ey"\u001b[39m');
    expect(shown).not.toContain('\u001b[36m"al:ice"');
    expect(shown).toEndWith('\u001b[2m,"sID":15,"FROM":"b\\"ob"}\u001b[22m');
  });

  test("without colours nothing is added", () => {
    expect(formatFrame(FRAME, false)).toBe(FRAME);
  });

  test("controls are escaped, also outside strings; a frame is one line", () => {
    expect(formatFrame('{"a":"\u009b31m\u007f",\r\n\t"b":1}', false)).toBe('{"a":"\\u009b31m\\u007f",  "b":1}');
    expect(oneLine('{"a":1,\r\n  "b":2}\n')).toBe('{"a":1,   "b":2}');
    expect(formatFrame("\u001b[2J\u202eevil", true)).toBe("\\u001b[2J\\u202eevil");
  });

  test("any text is shown on one line without controls of its own", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(formatFrame(text, true).replace(CODES, "")).not.toMatch(/\p{Cc}/u);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    [{}, { isTTY: true }, true],
    [{}, {}, false],
    [{ TERM: "dumb" }, { isTTY: true }, false],
    [{ NO_COLOR: "1" }, { isTTY: true }, false],
    [{ NO_COLOR: "" }, { isTTY: true }, true],
    [{ FORCE_COLOR: "1" }, {}, true],
    [{ FORCE_COLOR: "0" }, { isTTY: true }, false],
    [{ NO_COLOR: "1", FORCE_COLOR: "1" }, {}, false],
  ])("colours with %o on %o: %p", (environment, stream, wanted) => {
    expect(wantsColours(stream, environment)).toBe(wanted);
  });
});
