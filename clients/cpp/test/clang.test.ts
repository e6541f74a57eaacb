import { expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Glob } from "bun";
import { build, builds, clang, LIMIT, root, source, strict, strictC } from "./builds.ts";
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
  "Clang accepts the examples and the C interface without a warning",
  async () => {
    const files = [...new Glob("examples/**/*.cpp").scanSync({ cwd: source, absolute: true })];
    const programs = files.filter((file) => !file.includes("esp32"));
    expect(programs).toHaveLength(5);
    // Their machine code would prove nothing more.
    const strictly = ["-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Werror"];
    const ours = ["-std=c++17", "-Wno-sign-conversion", `-I${source}/include`];
    await run(["clang++", ...strictly, ...ours, ...programs]);
    const sketch = join(source, "examples/esp32-instrument/pc.cpp");
    const stubs = join(root, "examples/quickstart/esp32/stubs");
    await run(["clang++", "-fsyntax-only", "-std=c++17", "-Wall", "-Wextra", "-Werror", `-I${stubs}`, sketch]);
    await run(["clang", "-fsyntax-only", `-I${source}/include`, ...strictC]);
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
