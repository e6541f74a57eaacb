import { describe, expect, test } from "bun:test";
import { addressKeys } from "@achex/protocol";
import fc from "fast-check";
import { buildFrame, type Target } from "../src/frames.ts";

const to = (...values: string[]): Target => ({ key: "to", values });

describe("frames that achex send makes", () => {
  test.each<[string, Target, string]>([
    ["hello", to("bob"), '{"to":"bob","msg":"hello"}'],
    ["42", to("bob"), '{"to":"bob","msg":"42"}'],
    ['say "hi"', to('b"ob'), '{"to":"b\\"ob","msg":"say \\"hi\\""}'],
    ["[1]", to("bob"), '{"to":"bob","msg":"[1]"}'],
    ["{}", to("bob"), '{"to":"bob"}'],
    ["{ }", to("bob"), '{"to":"bob" }'],
    ['{"x": 1e2 ,"y":12345678901234567890}', to("bob"), '{"to":"bob","x": 1e2 ,"y":12345678901234567890}'],
    ['{"":"\\u0041"}', { key: "toH", values: ["lobby"] }, '{"toH":"lobby","":"\\u0041"}'],
    ["x", { key: "bc", values: ["news"] }, '{"bc":"news","msg":"x"}'],
    ["x", { key: "toS", values: ["17"] }, '{"toS":17,"msg":"x"}'],
    ["x", { key: "toS", values: ["17", "18"] }, '{"toS":[17,18],"msg":"x"}'],
    ["x", to("a", "b"), '{"to":["a","b"],"msg":"x"}'],
  ])("%s to %o", (text, target, frame) => {
    expect(buildFrame(text, target)).toBe(frame);
  });

  test("without a target a whole frame goes out untouched", () => {
    expect(buildFrame(' {"to":"bob" , "msg":1} ', undefined)).toBe(' {"to":"bob" , "msg":1} ');
    for (const text of ["hello", "[1]", "42", "null"])
      expect(() => buildFrame(text, undefined)).toThrow("is not a frame");
  });

  test("broken JSON and a second address are refused", () => {
    expect(() => buildFrame('{"a":1', to("bob"))).toThrow("is not valid JSON");
    for (const [key] of addressKeys) {
      expect(() => buildFrame(`{"a":1,"${key}":"x"}`, to("bob"))).toThrow(`already has an address in "${key}"`);
    }
  });

  test("whatever object is given, the frame is that object's text behind the address", () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string().map((key) => `k${key}`),
          fc.jsonValue(),
        ),
        (payload) => {
          const text = JSON.stringify(payload);
          const frame = buildFrame(text, to("bob"));
          expect(JSON.parse(frame)).toEqual({ to: "bob", ...JSON.parse(text) });
          expect(frame).toEndWith(text.slice(1));
        },
      ),
      { numRuns: 300 },
    );
  });
});
