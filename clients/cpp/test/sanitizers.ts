// The tests of the C++ client with sanitizers; takes about four minutes: node tools/bun.mjs test ./clients/cpp/test/sanitizers.ts
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { build, clang, ctest, LIMIT, source, strict } from "./builds.ts";

describe("C++ client, built by Clang", () => {
  /** Sanitizers make programs slower, and memory of their own. */
  const fewer = {
    ...{ ACHEX_TEST_MESSAGES: "5000", ACHEX_TEST_CYCLES: "50", ACHEX_TEST_DROPS: "4000", ACHEX_TEST_SANITIZED: "yes" },
    TSAN_OPTIONS: `suppressions=${join(source, "test/tsan.txt")}`,
  };

  test(
    "AddressSanitizer and UBSan find nothing",
    async () => {
      const folder = await build("asan", [...strict, ...clang, "-DACHEX_SANITIZE=address,undefined"]);
      expect(await ctest(folder, fewer)).toContain("100% tests passed");
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
