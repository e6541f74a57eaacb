import { expect, test } from "bun:test";
import { relative } from "node:path";
import { Glob } from "bun";
import { root, source } from "./builds.ts";
import { run } from "./programs.ts";

test("clang-format 14 has nothing to change", async () => {
  const files = [
    ...new Glob("{include,src,examples,test}/**/*.{cpp,hpp,h,ino}").scanSync({ cwd: source, absolute: true }),
  ];
  expect(files.length).toBeGreaterThan(50);
  // Other versions disagree about some lines.
  expect(await run(["clang-format-14", "--dry-run", ...files.map((file) => relative(root, file))])).toBe("");
});
