import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { joinBinary, parseBinary, splitBinary } from "../src/achex2/binary.ts";
import { parseAchex2 } from "../src/achex2/parse.ts";
import { memberText, spelt, valueText } from "./json-text.ts";

const runs = { numRuns: 1_500 };

const bytes = fc.uint8Array({ maxLength: 40 });
/** Text that is the same again after a trip through UTF-8. */
const wellFormed = (text: string) => text.isWellFormed();

describe("[R40 R41] parseBinary", () => {
  test("[R41] never throws, and is a message or refused, for any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (any) => {
        expect(["send", "refused", "drop"]).toContain(parseBinary(any).frame.request.verb);
      }),
      runs,
    );
  });

  test("[R40 R41] reads any header as text frames are read, unless it is not a message", () => {
    const key = fc.constantFrom("to", "toS", "bc", "toH", "$ref", "$call", "$answer", "$x", "ping", "joinHub", "n");
    const header = fc
      .array(memberText(key.chain(spelt), valueText), { maxLength: 4 })
      .map((members) => `{${members.join(",")}}`)
      .filter(wellFormed);
    fc.assert(
      fc.property(header, bytes, (text, body) => {
        const joined = joinBinary(text, body);
        if (!joined) throw new Error("the header is short");
        const { frame, body: got } = parseBinary(joined);
        const { request, ref } = parseAchex2(text);
        expect([...got]).toEqual([...body]);
        expect(frame.ref).toBe(ref);
        if (request.verb === "send") expect(frame.request).toEqual(request);
        else expect(["refused", "drop"]).toContain(frame.request.verb);
      }),
      runs,
    );
  });

  test("[R40] takes a header of 60,000 bytes and no more", () => {
    const header = (length: number) => {
      const text = `{"to":"x","p":""}`;
      return text.replace('""', `"${"p".repeat(length - text.length)}"`);
    };
    const verbOf = (length: number) => {
      const joined = joinBinary(header(length), new Uint8Array(3));
      return joined && parseBinary(joined).frame.request.verb;
    };
    expect(verbOf(60_000)).toBe("send");
    expect(verbOf(60_001)).toBe("refused");
    expect(verbOf(65_535)).toBe("refused");
    expect(verbOf(65_536)).toBeUndefined();
  });

  test("[R41] refuses lengths that lie, and text that is not UTF-8", () => {
    const wrong = ["", "00", "0001", "00037b7d", "ffff7b7d", "0004c3287b7d", "00027b7d", "000000", "0002ff7d"];
    for (const hex of wrong) {
      expect(parseBinary(Uint8Array.fromHex(hex)).frame.request).toEqual({ verb: "refused", code: "bad-binary" });
    }
  });
});

test("[R40] what is joined comes apart again", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }).filter(wellFormed), bytes, (header, body) => {
      const joined = joinBinary(header, body);
      const parts = joined && splitBinary(joined);
      // A decoder takes a byte order mark at the start for itself.
      expect(parts?.header).toBe(header.replace(/^\ufeff/, ""));
      expect([...(parts?.body ?? [])]).toEqual([...body]);
    }),
    runs,
  );
});
