import { expect, test } from "bun:test";
import fc from "fast-check";
import { freeName, safePath, safePaths } from "../src/names.ts";

const path = (text: string) => safePath(text).join("/");

test("hostile paths stay inside, and become names that every system takes", () => {
  expect(path("../../etc/passwd")).toBe("etc/passwd");
  expect(path("/etc/passwd")).toBe("etc/passwd");
  expect(path("C:\\Windows\\drivers\\x.dll")).toBe("C_/Windows/drivers/x.dll");
  expect(path("a/./../b")).toBe("a/b");
  expect(path("CON.txt")).toBe("_CON.txt");
  expect(path("aux")).toBe("_aux");
  expect(path("COM¹.log")).toBe("_COM¹.log");
  expect(path("file.txt:stream")).toBe("file.txt_stream");
  expect(path("photo\u202Egpj.exe")).toBe("photogpj.exe");
  expect(path("zero\u0000byte\nline")).toBe("zerobyteline");
  expect(path("trailing. . ")).toBe("trailing");
  expect(path(".bashrc")).toBe("_.bashrc");
  expect(path("project/.git/config")).toBe("project/.git/config");
  expect(path("")).toBe("file");
  expect(path("../..")).toBe("file");
  expect(path("e\u0301.txt")).toBe("\u00e9.txt");
});

test("long names keep their extension, and deep paths their end", () => {
  const long = path(`${"ä".repeat(300)}.jpeg`);
  expect(new TextEncoder().encode(long).length).toBeLessThanOrEqual(200);
  expect(long).toEndWith(".jpeg");
  expect(safePath(Array(100).fill("a").concat("end.txt").join("/"))).toHaveLength(32);
});

test("duplicates get numbers, also in other case, and a file never stands where a folder must be", () => {
  const joined = (...paths: string[]) => safePaths(paths).map((one) => one.join("/"));
  expect(joined("a.txt", "a.txt", "A.TXT", "../a.txt")).toEqual(["a.txt", "a (2).txt", "A (3).TXT", "a (4).txt"]);
  expect(joined("d", "d/x", "d/y", "D/x")).toEqual(["d", "d (2)/x", "d (3)/y", "D (4)/x"]);
  expect(joined("d/x", "d", "d/y", "D/x")).toEqual(["d/x", "d (2)", "d/y", "d/x (2)"]);
  expect(joined("__proto__/x", "constructor", "__proto__/x")).toEqual([
    "__proto__/x",
    "constructor",
    "__proto__/x (2)",
  ]);
  expect(freeName(".env", (name) => name === ".env")).toBe(".env (2)");
});

test("any text gives paths without separators, dots or emptiness, and no two alike", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary", maxLength: 40 }), { maxLength: 20 }), (paths) => {
      const safe = safePaths(paths);
      for (const segments of safe)
        for (const segment of segments) {
          expect(segment).not.toBe("");
          expect(segment).not.toMatch(/[/\\\0]|^\.{1,2}$/);
        }
      expect(new Set(safe.map((one) => one.join("/").toLowerCase())).size).toBe(paths.length);
    }),
  );
});
