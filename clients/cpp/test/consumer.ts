import { expect } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startServer } from "../../../packages/server/test/kit/server.ts";
import { build, builds, root, source } from "./builds.ts";
import { programsOf, run } from "./programs.ts";

/** How a project gets the library. */
export type Way = "find_package" | "add_subdirectory" | "FetchContent";

/** Builds the programs of the README in a project of their own, outside of the library's tree; returns the folder. */
export async function buildConsumer(name: string, way: Way, options: string[]): Promise<string> {
  const programs = programsOf(join(source, "README.md"));
  expect([...programs.keys()]).toEqual(["hello.cpp", "service.cpp", "loop.cpp"]);
  const sources = join(builds, "consumer-sources");
  mkdirSync(sources, { recursive: true });
  for (const [file, text] of programs) writeFileSync(join(sources, file), text);
  const own = [`-DCONSUMER_WAY=${way}`, `-DCONSUMER_ACHEX=${root}`, `-DCONSUMER_SOURCES=${sources}`];
  return await build(name, [...own, ...options], [], join(source, "test/consumer"));
}

/** Runs the programs of such a project with a relay. */
export async function runConsumer(folder: string): Promise<void> {
  await using server = await startServer();
  expect(await run([join(folder, "hello"), server.ws()])).toContain("delivered to 1");
  expect(await run([join(folder, "service"), server.ws()])).toMatch(/^\{"time":"\d+"\}\nbad-zone\n$/);
  expect(await run([join(folder, "loop"), String(server.ports.main)])).toContain('{"auth":"ok"}\n{"to":"Ann"');
  // What is destroyed too late makes it crash every other time.
  for (let n = 0; n < 5; n++) expect(await run([join(folder, "goodbye"), server.ws()])).toBe("main() returns\n");
}
