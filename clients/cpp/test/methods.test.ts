import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { source } from "./builds.ts";

/** The functions that a public header declares in classes (indented by two) and outside of them; not constructors. */
function functionsOf(header: string): string[] {
  const found = header.matchAll(/^(?: {2})?(?:\[\[nodiscard\]\] )?(?:\w[\w:<>,*& ]*[ *&])(\w+)\(/gm);
  return [...found].map(([, name = ""]) => name).filter((name) => !/^[A-Z][a-z]/.test(name));
}

test("each public function of the C++ client has a test", () => {
  const read = (folder: string, file: string) => readFileSync(join(source, folder, file), "utf8");
  const tests = readdirSync(join(source, "test"))
    .filter((file) => file.endsWith(".cpp"))
    .map((file) => read("test", file))
    .join("\n");
  const headers = ["client.hpp", "room.hpp", "queue_connection.hpp", "ws_client_connection.hpp", "achex.h"];
  const functions = new Set(headers.flatMap((file) => functionsOf(read("include/achex", file))));
  expect(functions.size).toBeGreaterThan(90);
  const untested = [...functions].filter((name) => !new RegExp(`\\b${name}(<\\w+>)?\\(`).test(tests));
  expect(untested).toEqual([]);
});
