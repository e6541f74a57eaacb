import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type LeftOut, leftOut } from "./left-out.ts";

const root = join(import.meta.dir, "../../../..");
const CONFORMANCE = "packages/server/test/conformance";
const CLIENT = "packages/client/test";

/** Nodes of each server that a test starts. */
const NODES = 3;
/** Names of the modules that start a relay, or nodes in memory. */
const STARTS_RELAY = /server\/test\/kit\/(?:server|restartable|simulated-relay)\.ts"/;

const textOf = (file: string): string => readFileSync(join(root, file), "utf8");

const testFiles = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => `${folder}/${name}`)
    .sort();

/** The suite that needs only the address of a relay. */
export const conformanceFiles = (): readonly string[] =>
  testFiles(CONFORMANCE).filter((file) => textOf(file).includes("./target.ts"));

/** The client's tests that need a relay; all others script what it sends. */
export const clientFiles = (): readonly string[] => testFiles(CLIENT).filter((file) => STARTS_RELAY.test(textOf(file)));

/** Those whose title, in the source or in a vector, is nowhere: they would silently stay left out. */
export const unknownTitles = (): readonly LeftOut[] =>
  leftOut.filter(({ file, title }) => !textOf(file).includes(title));

/** Runs test files of the repository with every server a cluster, without the tests that are left out. Resolves with the exit code. */
export async function runSuites(files: readonly string[], output: "inherit" | "pipe") {
  const titles = leftOut.map(({ title }) => RegExp.escape(title)).join("|");
  const child = Bun.spawn(
    [process.execPath, "test", "--test-name-pattern", `^(?!.*(?:${titles}))`, ...files.map((file) => `./${file}`)],
    { cwd: root, env: { ...process.env, TEST_NODES: `${NODES}` }, stdin: "ignore", stdout: output, stderr: output },
  );
  const texts = [child.stdout, child.stderr].map((stream) => (stream ? new Response(stream).text() : ""));
  const [code, ...text] = await Promise.all([child.exited, ...texts]);
  return { code, text: text.join("") };
}
