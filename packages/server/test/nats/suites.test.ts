import { expect, test } from "bun:test";
import { clientFiles, conformanceFiles, runSuites, unknownTitles } from "../suites/suites.ts";

/** Those that say most of a cluster in the shortest time; `npm run test:cluster` runs all. */
const TELLING = ["client/test/relay.test.ts", "client/test/state/relay.test.ts"];

test("every test that is left out exists", () => {
  expect(unknownTitles()).toEqual([]);
});

test("the conformance suite, every vector, and the client's tests pass with each client at another node of three", async () => {
  const client = clientFiles().filter((file) => TELLING.some((ending) => file.endsWith(ending)));
  expect(client).toHaveLength(TELLING.length);
  const { code, text } = await runSuites([...conformanceFiles(), ...client], "pipe");
  if (code !== 0) throw new Error(`with three nodes behind one port:\n${text}`);
  expect(Number(/^ *(\d+) pass$/m.exec(text)?.[1])).toBeGreaterThan(300);
}, 180_000);
