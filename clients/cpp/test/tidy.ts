// What a compiler does not find: npm run test:sanitizers runs it.
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { builds, LIMIT, source } from "./builds.ts";
import { run } from "./programs.ts";

test(
  "clang-tidy 14 finds nothing",
  async () => {
    const folder = join(builds, "tidy");
    // Headers that many files share are read once.
    const options = ["-DCMAKE_UNITY_BUILD=ON", "-DCMAKE_CXX_COMPILER=clang++", "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON"];
    await run(["cmake", "-S", source, "-B", folder, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=None", ...options]);
    const commands: { readonly file: string }[] = JSON.parse(
      readFileSync(join(folder, "compile_commands.json"), "utf8"),
    );
    expect(commands.length).toBeGreaterThan(8);
    const tidy = ["clang-tidy-14", "--quiet", `--config-file=${join(source, ".clang-tidy")}`, "-p", folder];
    for (const { file } of commands) {
      // Tests change the environment, and one thread does.
      const own = file.includes("achex_tests.dir") ? ["--checks=-concurrency-mt-unsafe"] : [];
      await run([...tidy, ...own, file]);
    }
  },
  LIMIT,
);
