import { expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { build, builds, clang, LIMIT, strict } from "./builds.ts";
import { buildConsumer, runConsumer } from "./consumer.ts";
import { run } from "./programs.ts";

test(
  "add_subdirectory: a project builds the library with Clang, without a warning, and runs the programs of the README",
  async () => {
    const options = ["-DCMAKE_CXX_COMPILER=clang++", ...strict, "-DCMAKE_CXX_FLAGS=-O0"];
    await runConsumer(await buildConsumer("clang", "add_subdirectory", options));
  },
  LIMIT,
);

test(
  "AddressSanitizer and UBSan find nothing while the parsers of WebSocket, frames and JSON are fuzzed for 60 s (Clang)",
  async () => {
    const options = [...strict, ...clang, "-DACHEX_BUILD_FUZZERS=ON", "-DACHEX_SANITIZE=address,undefined"];
    const folder = await build("fuzz", options, ["achex_fuzz_frames"]);
    const corpus = join(builds, "corpus");
    mkdirSync(corpus, { recursive: true });
    // At the lowest priority: it takes what the other tests leave.
    const command = ["nice", "-n", "19", join(folder, "test/achex_fuzz_frames"), corpus];
    const output = await run([...command, "-max_total_time=60", "-max_len=2048", "-print_final_stats=1"]);
    expect(Number(/number_of_executed_units: (\d+)/.exec(output)?.[1])).toBeGreaterThan(1_000);
  },
  LIMIT,
);
