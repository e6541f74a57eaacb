import { beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { startControl } from "./control.ts";

const root = join(import.meta.dir, "../../..");
const source = join(root, "clients/cpp");
/** Kept between runs, so that only what has changed is compiled. */
const builds = join(root, "build/cpp");
const LONG = 900_000;

/** Runs a program at a low priority; its output is only shown if it fails. */
async function run(command: string[], environment: Record<string, string> = {}): Promise<string> {
  const child = Bun.spawn(["nice", "-n", "10", ...command], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...environment },
  });
  const output = Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  const [code, texts] = [await child.exited, (await output).join("")];
  if (code !== 0) throw new Error(`${command.join(" ")} ended with ${code}\n${texts.slice(-8_000)}`);
  return texts;
}

/** Configures and builds; returns the folder. */
async function build(name: string, options: string[]): Promise<string> {
  const folder = join(builds, name);
  const settings = ["-DCMAKE_BUILD_TYPE=None", "-DCMAKE_UNITY_BUILD=ON", "-DACHEX_WARNINGS_AS_ERRORS=ON", ...options];
  await run(["cmake", "-S", source, "-B", folder, "-G", "Ninja", ...settings]);
  await run(["cmake", "--build", folder, "--parallel", "2"]);
  return folder;
}

async function ctest(folder: string, ...options: string[]): Promise<string> {
  await using control = startControl();
  return await run(["ctest", "--test-dir", folder, "--output-on-failure", ...options], {
    ACHEX_TEST_CONTROL: control.url,
  });
}

describe("C++ client", () => {
  let gcc = "";
  beforeAll(async () => {
    gcc = await build("gcc", ["-DCMAKE_CXX_COMPILER=g++", "-DCMAKE_CXX_FLAGS=-O1"]);
  }, LONG);

  test(
    "its tests pass before a real relay (ctest)",
    async () => {
      expect(await ctest(gcc, "--parallel", "2")).toContain("100% tests passed");
    },
    LONG,
  );
});
