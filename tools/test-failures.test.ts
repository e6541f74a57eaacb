import { expect, test } from "bun:test";
import { failuresOf, filesToRepeat } from "./test-failures.mjs";

const OUTPUT = `bun test v1.4.5

site/test/a.test.ts:
(pass) fine [0.1ms]
(fail) outer > R1: \u001b[31m inner\u001b[0m [12.00ms]

./packages/b.test.ts:

# Unhandled error between tests
-------------------------------
error: top
(pass) prints (fail) in the middle

1 tests failed:
(fail) outer > R1:  inner [12.00ms]

 2 pass
 1 fail
`;

test("failures are found with their files, also in colour and outside tests", () => {
  expect(failuresOf(OUTPUT)).toEqual([
    { file: "site/test/a.test.ts", title: "outer > R1:  inner [12.00ms]" },
    { file: "packages/b.test.ts", title: "error outside a test" },
  ]);
  expect(failuresOf(" 2 pass\n")).toEqual([]);
});

test("a few failed files get a second run; many, or a failure without a file, do not", () => {
  const failed = (...files: string[]) => files.map((file) => ({ file, title: "x" }));
  expect(filesToRepeat(failed("a", "b", "a"))).toEqual(["a", "b"]);
  expect(filesToRepeat(failed("a", "b", "c"))).toEqual([]);
  expect(filesToRepeat(failed("a", ""))).toEqual([]);
  expect(filesToRepeat([])).toEqual([]);
});
