import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packClient } from "../../../tools/client-package.ts";
import { startServer } from "../../server/test/kit/server.ts";
import { nodeWithWebSocket, outputOf } from "./kit/runtimes.ts";

const root = join(import.meta.dir, "../../..");
let project: string;
beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), "achex-package-"));
  await packClient(join(project, "node_modules/@achex/client"));
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

const PROGRAM = `
import { connect, Fault } from "@achex/client";
import { openStream } from "@achex/client/streams";
import { receiveFiles, sendFile } from "@achex/client/files";
const url = process.argv[2];
const ann = connect(url, { name: "Ann" });
const bob = connect(url, { name: "Bob" });
bob.handle(({ n }) => ({ n: n + 1 }));
receiveFiles(bob, async (file) => console.log(file.name, await (await file.blob()).text()));
await bob.hub("h").join();
await ann.hub("h").join({ presence: true });
console.log(ann.hub("h").members.map(({ name }) => name).sort().join());
console.log((await ann.ask("Bob", { n: 1 })).n, await ann.watch("Bob"));
await sendFile(ann, "Bob", new Blob(["dear Bob"]), { name: "letter" });
console.log(await openStream(ann, "Cid").catch((fault) => [fault instanceof Fault, fault.constructor.name, fault.code]));
ann.close();
bob.close();
`;

test("the package runs in Node as it is, and needs nothing", async () => {
  writeFileSync(join(project, "program.mjs"), PROGRAM);
  await using server = await startServer();
  const { out, errors, code } = await outputOf([...nodeWithWebSocket(), join(project, "program.mjs"), server.ws()]);
  expect([errors, code]).toEqual(["", 0]);
  expect(out).toBe("Ann,Bob\n2 [ 'Bob' ]\nletter dear Bob\n[ true, 'Fault', 'no-such-name' ]\n");
});

test("at module level it keeps no process alive and throws nothing: with autoConnect: false, and without a WebSocket", async () => {
  writeFileSync(
    join(project, "module-level.mjs"),
    `import { connect } from "@achex/client";
    const later = connect("ws://127.0.0.1:9", { name: "Ann", autoConnect: false });
    console.log(later.state);
    delete globalThis.WebSocket;
    const none = connect("ws://127.0.0.1:9", { name: "Ann" });
    console.log(none.state, none.reason.code, none.reason.message);`,
  );
  const { out, errors, code } = await outputOf(["node", join(project, "module-level.mjs")]);
  expect([errors, code]).toEqual(["", 0]);
  expect(out).toBe("idle\nclosed unsupported This runtime has no WebSocket. Pass one: connect(url, { WebSocket }).\n");
});

test("its types serve a project of Node and one of a page, and catch mistakes", async () => {
  writeFileSync(
    join(project, "program.mts"),
    `import { type Client, connect } from "@achex/client";
    import { onStream, openStream } from "@achex/client/streams";
    import { receiveFiles, sendFile } from "@achex/client/files";
    const ann: Client<{ hubs: { lab: { n: number } } }> = connect("ws://localhost", { name: "Ann" });
    ann.hub("lab").on("message", ({ data }) => data.n.toFixed());
    onStream(ann, ({ readable }) => readable.cancel());
    receiveFiles(ann, async (file) => (await file.blob()).size);
    sendFile(ann, "Bob", new Blob([])).then(({ sha256 }) => sha256.length);
    openStream(ann, "Bob").then(({ writable }) => writable.close());
    openStream(5, "Bob");
    ann.wire;`,
  );
  for (const flags of [
    ["--module", "nodenext"],
    ["--module", "preserve", "--moduleResolution", "bundler"],
  ]) {
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    const basic = ["--ignoreConfig", "--noEmit", "--strict", "--types", "", "--lib", "esnext,dom", "--pretty", "false"];
    const { out } = await outputOf(["node", tsc, ...basic, ...flags, join(project, "program.mts")]);
    expect([...out.matchAll(/\((\d+),\d+\): error TS\d+/g)].map(([, line]) => Number(line))).toEqual([10, 11]);
  }
}, 120_000);

test("it holds modules, types and a manifest, and each entry it names", () => {
  const files = readdirSync(join(project, "node_modules/@achex/client"));
  for (const entry of ["index", "streams", "files"]) expect(files).toContain(`${entry}.js`);
  expect(files.filter((name) => !/(\.js|\.d\.ts)$|^package\.json$/.test(name))).toEqual([]);
});

test("its sources need no compiler: Node from 22.18 on and Deno only leave the types out", async () => {
  const sources = ["client/src/full.ts", "protocol/src/index.ts"].map((path) => join(root, "packages", path));
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const flags = ["--ignoreConfig", "--noEmit", "--erasableSyntaxOnly", "--strict", "--exactOptionalPropertyTypes"];
  const modules = ["--module", "preserve", "--moduleResolution", "bundler", "--allowImportingTsExtensions"];
  const types = ["--target", "esnext", "--lib", "esnext", "--types", "bun", "--pretty", "false"];
  const { out, code } = await outputOf(["node", tsc, ...flags, ...modules, ...types, ...sources]);
  expect([out.split("\n").filter((line) => line.includes("TS1294")), code]).toEqual([[], 0]);
}, 120_000);
