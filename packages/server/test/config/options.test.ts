import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { isNetwork, isOrigin } from "../../src/config/network.ts";
import { bytes, count, diskBytes, list, port } from "../../src/config/options.ts";

const words = { help: "help", why: "why" };
const size = bytes("size", 0, words);

describe("options: texts and their values", () => {
  test.each([
    ["0", 0],
    ["65536", 65_536],
    ["64KiB", 65_536],
    ["64 kib", 65_536],
    [" 4MiB ", 4_194_304],
    ["4mb", 4_000_000],
    ["1GiB", 1_073_741_824],
    ["12B", 12],
  ])("size %p is %d bytes", (text, value) => {
    expect(size.parse(text)).toBe(value);
  });

  test("bytes on disk may be more than the 2 GiB of other limits", () => {
    const { parse, defaultText } = diskBytes("d", 10 * 1024 ** 3, words);
    expect(parse("3TiB")).toBeUndefined();
    expect(parse("500GiB")).toBe(500 * 1024 ** 3);
    expect(parse(defaultText)).toBe(10 * 1024 ** 3);
  });

  test.each(["", "x", "4 M", "4MiBs", "-1", "1e3", "0x10", "4294967296", "9999999999GiB", "1_000", "٤"])(
    "size %p is refused",
    (text) => {
      expect(size.parse(text)).toBeUndefined();
    },
  );

  test.each([
    [1_048_576, "1 MiB"],
    [1_536, "1536"],
    [65_536, "64 KiB"],
    [128, "128"],
    [0, "0"],
  ])("a default of %d bytes is shown as %p, which reads as the same", (value, shown) => {
    const option = bytes("size", value, words);
    expect(option.defaultText).toBe(shown);
    expect(option.parse(shown)).toBe(value);
  });

  test("for any text a number option returns a whole number in range, or rejects it", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.integer().map(String), fc.double().map(String)), (text) => {
        const values = [size.parse(text), count("n", 1, words).parse(text), port("p", 1, words).parse(text)];
        for (const value of values) {
          if (value !== undefined) expect(Number.isInteger(value) && value >= 0 && value < 2 ** 31).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("lists drop white space and empty items", () => {
    const option = list("names", { ...words, placeholder: "N", fits: () => true, allowed: "names" });
    expect(option.parse(" a, b ,,c ")).toEqual(["a", "b", "c"]);
    expect(option.parse("")).toEqual([]);
  });

  test.each([
    ["https://example.org", true],
    ["http://localhost:3000", true],
    ["null", true],
    ["chrome-extension://abcdef", true],
    ["https://example.org/", false],
    ["https://example.org/page", false],
    ["example.org", false],
    ["*", false],
  ])("origin %p: %p", (text, fits) => {
    expect(isOrigin(text)).toBe(fits);
  });

  test.each([
    ["10.0.0.1", true],
    ["10.0.0.0/8", true],
    ["::1", true],
    ["fd00::/8", true],
    ["10.0.0.0/33", false],
    ["10.0.0.0/8/8", false],
    ["10.0.0.0/", false],
    ["proxy.example", false],
    ["", false],
  ])("network %p: %p", (text, fits) => {
    expect(isNetwork(text)).toBe(fits);
  });
});
