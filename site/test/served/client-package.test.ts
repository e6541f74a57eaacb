import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { outputOf } from "../../../packages/client/test/kit/runtimes.ts";
import { clientTarball } from "../../pipeline/client-package.ts";
import { startRelay } from "../kit/relay.ts";

const relay = startRelay();
const folder = mkdtempSync(join(tmpdir(), "achex-install-"));
afterAll(async () => {
  await relay[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

test("/client.tgz has the same bytes whenever it is built from the same sources", async () => {
  const served = await (await fetch(relay.http("/client.tgz"))).bytes();
  expect(Bun.SHA256.hash(served, "hex")).toBe(Bun.SHA256.hash(await clientTarball(), "hex"));
});

test("one npm install from a relay, with no registry in reach, and the client talks", async () => {
  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }');
  const flags = [
    "--registry",
    "http://127.0.0.1:9",
    "--fetch-retries",
    "0",
    "--no-audit",
    "--no-fund",
    "--loglevel",
    "error",
  ];
  const installed = await outputOf(["npm", "install", ...flags, relay.http("/client.tgz")], {}, folder);
  expect([installed.errors, installed.code]).toEqual(["", 0]);
  const manifest = readFileSync(join(folder, "node_modules/@achex/client/package.json"), "utf8");
  expect(JSON.parse(manifest)).toMatchObject({ name: "@achex/client", license: "MIT" });
  writeFileSync(
    join(folder, "program.js"),
    `import { connect } from "@achex/client";
    const ann = connect(process.argv[2], { name: "Ann" });
    console.log(await ann.to("Ann").send({ msg: "hi" }));
    ann.close();`,
  );
  const program = [process.execPath, "program.js", `ws://127.0.0.1:${relay.port}`];
  const { out, errors, code } = await outputOf(program, {}, folder);
  expect([errors, code]).toEqual(["", 0]);
  expect(out).toContain("taken: 1");
}, 120_000);
