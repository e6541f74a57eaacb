// The C++ client with sanitizers, and the fuzzer; takes about four minutes:
// node tools/bun.mjs test ./clients/cpp/test/sanitizers.ts; with ACHEX_TEST_LONG=yes, the fuzzer runs for 60 s.
import { describe, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { build, builds, ctest, isLong, LIMIT, source, strict } from "./builds.ts";
import { run } from "./programs.ts";

describe("C++ client, built by Clang", () => {
  const clang = ["-DCMAKE_CXX_COMPILER=clang++", "-DACHEX_BUILD_EXAMPLES=OFF"];
  /** Sanitizers make programs slower, and memory of their own. */
  const fewer = {
    ...{ ACHEX_TEST_MESSAGES: "5000", ACHEX_TEST_CYCLES: "50", ACHEX_TEST_DROPS: "4000", ACHEX_TEST_SANITIZED: "yes" },
    TSAN_OPTIONS: `suppressions=${join(source, "test/tsan.txt")}`,
  };

  test(
    "AddressSanitizer and UBSan find nothing; the frame parser survives the fuzzer",
    async () => {
      const options = [...strict, ...clang, "-DACHEX_BUILD_FUZZERS=ON", "-DACHEX_SANITIZE=address,undefined"];
      const folder = await build("asan", options);
      expect(await ctest(folder, fewer)).toContain("100% tests passed");
      const corpus = join(builds, "corpus");
      mkdirSync(corpus, { recursive: true });
      await run([
        join(folder, "test/achex_fuzz_frames"),
        corpus,
        `-max_total_time=${isLong ? 60 : 5}`,
        "-max_len=2048",
      ]);
    },
    LIMIT,
  );

  test(
    "ThreadSanitizer finds nothing",
    async () => {
      const folder = await build("tsan", [...strict, ...clang, "-DACHEX_SANITIZE=thread"]);
      expect(await ctest(folder, fewer)).toContain("100% tests passed");
    },
    LIMIT,
  );
});
