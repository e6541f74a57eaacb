// The long runs of the C++ client, with their figures; takes about ten minutes: npm run test:cpp-long
import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { startServerProcess } from "../../../packages/server/test/kit/server-process.ts";
import { build, builds, clang, ctest, gcc, LIMIT, packageFlags, strict } from "./builds.ts";
import { buildConsumer, runConsumer } from "./consumer.ts";
import { run } from "./programs.ts";

/** The figures that the tests report, without what surrounds them. */
const figuresOf = (output: string) =>
  [...output.matchAll(/MESSAGE: (.*)/g)].map(([, figure]) => `  ${figure}`).join("\n");

/** Runs all tests in a build with the numbers of the specification: 100,000 messages each way, 1,000 cycles. */
async function expectLongRun(folder: string): Promise<void> {
  const output = await ctest(folder, {}, true);
  console.log(figuresOf(output));
  expect(output).toContain("100% tests passed");
}

/** The headers of Debian's second version of Boost, beside those that are installed. */
async function unpackBoost(version: string): Promise<string> {
  const folder = join(builds, `boost-${version}`);
  const headers = join(folder, "root/usr/include");
  if (existsSync(headers)) return headers;
  mkdirSync(folder, { recursive: true });
  await run(["apt-get", "download", `libboost${version}-dev`], {}, folder);
  const file = readdirSync(folder).find((name) => name.endsWith(".deb")) ?? "";
  await run(["dpkg", "-x", join(folder, file), join(folder, "root")]);
  return headers;
}

describe("C++ client, long", () => {
  test(
    "100,000 messages each way, 1,000 connections and all other tests (g++)",
    async () => {
      const folder = await build("long", [...strict, ...gcc]);
      await expectLongRun(folder);
      await using server = await startServerProcess({
        ...{ "max-frames-per-second": 0, "max-bytes-per-second": 0, "max-delivered-bytes-per-second": 0 },
      });
      const output = await run([join(folder, "examples/bench"), String(server.port), "100000", "3"]);
      for (const [name, figures] of Object.entries(JSON.parse(output))) console.log(`  ${name}`, figures);
    },
    LIMIT,
  );

  test(
    "Boost 1.81: the tests pass",
    async () => {
      const headers = await unpackBoost("1.81");
      const options = [`-DBoost_INCLUDE_DIR=${headers}`, "-DBoost_NO_BOOST_CMAKE=ON", "-DACHEX_BUILD_EXAMPLES=OFF"];
      const folder = await build("boost-181", [...strict, "-DCMAKE_CXX_COMPILER=g++", ...options]);
      await expectLongRun(folder);
    },
    LIMIT,
  );

  test(
    "Clang: the examples are built; a static package is installed, found and linked, also by pkg-config",
    async () => {
      const prefix = join(builds, "installed-static");
      const options = [
        ...clang,
        "-DACHEX_BUILD_TESTS=OFF",
        "-DACHEX_BUILD_EXAMPLES=ON",
        `-DCMAKE_INSTALL_PREFIX=${prefix}`,
      ];
      await run(["cmake", "--install", await build("static", [...strict, ...options])]);
      const found = [`-DCMAKE_PREFIX_PATH=${prefix}`, "-DCMAKE_CXX_COMPILER=clang++"];
      await runConsumer(await buildConsumer("consumer-static", "find_package", found));
      const program = join(builds, "hello-by-pkg-config");
      const source = join(builds, "consumer-sources/hello.cpp");
      await run(["clang++", "-std=c++17", source, "-o", program, ...(await packageFlags(prefix, "--static"))]);
      await using server = await startServerProcess();
      expect(await run([program, server.ws()])).toContain("delivered to 1");
    },
    LIMIT,
  );
});
