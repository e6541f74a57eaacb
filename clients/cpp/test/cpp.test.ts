import { beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startServer } from "../../../packages/server/test/kit/server.ts";
import { startServerProcess } from "../../../packages/server/test/kit/server-process.ts";
import { build, builds, ctest, isLong, LIMIT, source, strict } from "./builds.ts";
import { expectSameAsOurs } from "./instruments.ts";
import { programsOf, run, start } from "./programs.ts";

const installed = join(builds, "installed");

describe("C++ client, built by g++", () => {
  let folder = "";
  beforeAll(async () => {
    const options = ["-DCMAKE_CXX_COMPILER=g++", "-DBUILD_SHARED_LIBS=ON", `-DCMAKE_INSTALL_PREFIX=${installed}`];
    folder = await build("gcc", [...strict, ...options]);
    await run(["cmake", "--install", folder]);
  }, LIMIT);

  test(
    "R1 to R147: its tests pass before a real relay (ctest)",
    async () => {
      expect(await ctest(folder)).toContain("100% tests passed");
    },
    LIMIT,
  );

  test(
    "a project that finds the installed package builds and runs the programs of the README",
    async () => {
      const programs = programsOf(join(source, "README.md"));
      expect([...programs.keys()]).toEqual(["hello.cpp", "service.cpp", "loop.cpp"]);
      const sources = join(builds, "consumer-sources");
      mkdirSync(sources, { recursive: true });
      for (const [name, text] of programs) writeFileSync(join(sources, name), text);
      const options = [`-DCMAKE_PREFIX_PATH=${installed}`, `-DCONSUMER_SOURCES=${sources}`, "-DCMAKE_CXX_COMPILER=g++"];
      const consumer = await build("consumer", options, [], join(source, "test/consumer"));
      await using server = await startServer();
      expect(await run([join(consumer, "hello"), server.ws()])).toContain("delivered to 1");
      expect(await run([join(consumer, "service"), server.ws()])).toMatch(/^\{"time":"\d+"\}\nbad-zone\n$/);
      expect(await run([join(consumer, "loop"), String(server.ports.main)])).toContain('{"auth":"ok"}\n{"to":"Ann"');
      const flags = await run(["pkg-config", "--cflags", "--libs", "achex"], {
        PKG_CONFIG_PATH: `${installed}/lib/pkgconfig:${installed}/lib/x86_64-linux-gnu/pkgconfig`,
      });
      expect(flags).toContain("-lachex");
    },
    LIMIT,
  );

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
      const output = await run([
        join(folder, "examples/bench"),
        String(server.port),
        isLong ? "100000" : "2000",
        isLong ? "5" : "1",
      ]);
      console.log(output.trim());
      expect(Object.keys(JSON.parse(output))).toEqual([
        ...["bare", "bareModern", "bareConfirmed", "poll", "queue", "client", "confirmed"],
      ]);
    },
    LIMIT,
  );
});
