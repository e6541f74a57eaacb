import { beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { startServer } from "../../../packages/server/test/kit/server.ts";
import { startServerProcess } from "../../../packages/server/test/kit/server-process.ts";
import { ctest, gcc, installed, LIMIT, libraryFolders, packageFlags, source, strict, strictC } from "./builds.ts";
import { buildConsumer, runConsumer } from "./consumer.ts";
import { expectSameAsOurs } from "./instruments.ts";
import { run, start } from "./programs.ts";

describe("C++ client, built by g++", () => {
  let project = "";
  let folder = "";
  beforeAll(async () => {
    // With tests, examples and the install target, so that the library is compiled once for all of them.
    const whole = ["TESTS", "EXAMPLES"].map((what) => `-DACHEX_BUILD_${what}=ON`);
    project = await buildConsumer("gcc", "FetchContent", [...strict, ...gcc, ...whole, "-DACHEX_INSTALL=ON"]);
    folder = join(project, "_deps/achex-build");
    await run(["cmake", "--install", project]);
  }, LIMIT);

  test("FetchContent: a project builds the library as a part of itself, and runs the programs of the README", async () => {
    await runConsumer(project);
  });

  test(
    "R1 to R147: its tests pass before a real relay (ctest)",
    async () => {
      expect(await ctest(folder)).toContain("100% tests passed");
    },
    LIMIT,
  );

  test(
    "find_package: a project finds the installed package, and builds and runs the programs of the README",
    async () => {
      const consumer = await buildConsumer("consumer", "find_package", [`-DCMAKE_PREFIX_PATH=${installed}`, ...gcc]);
      await runConsumer(consumer);
    },
    LIMIT,
  );

  test("pkg-config: a program in C uses the installed package, without a warning of GCC", async () => {
    const flags = await packageFlags(installed);
    expect(flags).toContain("-lachex");
    const program = join(folder, "hello-in-c");
    await run(["gcc", ...strictC, "-o", program, ...flags]);
    await using server = await startServer();
    const libraries = { LD_LIBRARY_PATH: libraryFolders.map((one) => join(installed, one)).join(":") };
    const output = await run([program, server.ws()], libraries);
    expect(output).toContain('{"event":"message","data":{"msg":"hello from C"},"from":"Ann"');
  });

  test("the C interface from Python", async () => {
    await using server = await startServer();
    const script = join(source, "examples/achex_ctypes.py");
    const output = await run(["python3", script, join(folder, "libachex.so"), server.ws()]);
    expect(output).toContain('"data": {"msg": "hello from Python"}');
    expect(output).toContain('"code": "no-such-name"');
  });

  test("poll, chat and bridge", async () => {
    await using server = await startServer();
    const example = (name: string, ...args: string[]) => start([join(folder, "examples", name), ...args]);
    using poll = example("poll", String(server.ports.main));
    for (const expected of ['{"SID":', '{"auth":"ok"}', '{"to":"poll","msg":"hello"'])
      expect(await poll.line("poll")).toStartWith(expected);
    using chat = example("chat", server.ws(), "Ann", "lab");
    expect(await chat.line("chat")).toBe("* 1 here");
    using bridge = example("bridge", server.ws(), "Bob", "lab");
    expect(await chat.line("chat")).toBe("* Bob joined");
    chat.type('say "hi"');
    expect(await bridge.line("bridge")).toBe('{"msg":"say \\"hi\\""}');
    bridge.type('{"n":1}');
    expect(await chat.line("chat")).toBe('Bob: {"n":1}');
    expect(await bridge.end()).toBe(0);
    expect(await chat.line("chat")).toBe("* Bob left");
    chat.type("/quit");
    expect(await chat.end()).toBe(0);
  });

  test("instrument: a page sees the same as of the simulated ones", async () => {
    await using server = await startServer();
    const url = server.ws("/instruments");
    using instrument = start([join(folder, "examples/instrument"), url, "gen-2"]);
    expect(await instrument.line("instrument")).toBe("ready");
    await expectSameAsOurs(url, "gen-2");
  });

  test(
    "bench: every interface sends and receives",
    async () => {
      await using server = await startServerProcess({
        ...{ "max-frames-per-second": 0, "max-bytes-per-second": 0, "max-delivered-bytes-per-second": 0 },
      });
      const output = await run([join(folder, "examples/bench"), String(server.port), "2000", "1"]);
      console.log(output.trim());
      expect(Object.keys(JSON.parse(output))).toEqual([
        ...["bare", "bareModern", "bareConfirmed", "poll", "queue", "client", "confirmed"],
      ]);
    },
    LIMIT,
  );
});
