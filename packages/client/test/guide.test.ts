import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Glob } from "bun";

const root = join(import.meta.dir, "../../..");

/** What the blocks of the guide take for granted. A block that declares such a name itself means its own. */
const PRELUDE = `
import type { Client, connect as connectType } from "@achex/client";
import type { z as zod } from "zod";
declare global {
  const connect: typeof connectType;
  const z: typeof zod;
  const ann: Client<object>;
  const bob: Client<object>;
  const calc: Client<object>;
  const kitchen: ReturnType<typeof ann.hub>;
  const url: string;
  const bytes: Uint8Array;
  const file: File;
  const source: ReadableStream<Uint8Array>;
  const AppState: { addEventListener(type: string, listener: (state: string) => void): void };
  function freshToken(): Promise<string>;
  function store(chunk: Uint8Array): Promise<void>;
  function save(blob: Blob): Promise<void>;
  type House = {
    direct: { greeting: string };
    hubs: { kitchen: { dish: string } };
    broadcasts: { news: { title: string } };
    services: { calc: { request: { a: number; b: number }; answer: { sum: number } } };
  };
}
`;

const TSCONFIG = {
  extends: join(root, "tsconfig.json"),
  compilerOptions: {
    // A block shows what there is; it need not use it.
    noUnusedLocals: false,
    noUnusedParameters: false,
    typeRoots: [join(root, "node_modules/@types")],
    paths: {
      "@achex/client": [join(root, "packages/client/src/index.ts")],
      "@achex/client/*": [join(root, "packages/client/src/*.ts")],
      zod: [join(root, "node_modules/zod")],
    },
  },
  include: ["./*.ts"],
};

interface Block {
  /** Line of the guide its first line is in. */
  readonly line: number;
  readonly code: string;
}

function blocksOf(markdown: string): Block[] {
  return [...markdown.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(({ 1: code = "", index }) => ({
    line: markdown.slice(0, index).split("\n").length + 1,
    code,
  }));
}

/** What the compiler says about the blocks, by the lines of the guide. */
async function complaintsAbout(blocks: readonly Block[], folder: string): Promise<string[]> {
  await Bun.write(join(folder, "tsconfig.json"), JSON.stringify(TSCONFIG));
  await Bun.write(join(folder, "prelude.ts"), PRELUDE);
  for (const { line, code } of blocks) await Bun.write(join(folder, `${line}.ts`), `${code}\nexport {};\n`);
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const run = Bun.spawn(["node", tsc, "--noEmit", "--pretty", "false", "-p", folder], { stdout: "pipe", cwd: folder });
  const lines = (await run.stdout.text()).split("\n").filter((line) => line.trim() !== "");
  return lines.map((text) =>
    text.replace(/^(\d+)\.ts\((\d+),\d+\)/, (_, first, own) => `line ${Number(first) + Number(own) - 1}`),
  );
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "achex-guide-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Names of what a client can do, from its declaration. */
async function clientMembers(): Promise<string[]> {
  const source = await Bun.file(join(root, "packages/client/src/api.ts")).text();
  const [, body = ""] = /^export interface Client<C> (?:extends [^{]*)?\{\n(.*?)^\}/ms.exec(source) ?? [];
  const names = Array.from(body.matchAll(/^ {2}(?:readonly )?(\w+)[<(:?]/gm), ([, name = ""]) => name);
  return [...new Set(names)].filter((name) => name !== "internals");
}

test("docs/client.md explains everything a client can do, and a test does it", async () => {
  const members = await clientMembers();
  expect(members.length).toBeGreaterThan(20);
  const guide = await Bun.file(join(root, "docs/client.md")).text();
  const unexplained = members.filter((name) => !new RegExp(`\\.${name}\\b`).test(guide));
  const tests = await Array.fromAsync(new Glob("**/*.ts").scan(import.meta.dir), (file) =>
    Bun.file(join(import.meta.dir, file)).text(),
  );
  const untested = members.filter(
    (name) => !tests.some((text) => new RegExp(`\\b(?:ann|bob|cid|client|calc|one|shop)\\??\\.${name}\\b`).test(text)),
  );
  expect({ unexplained, untested }).toEqual({ unexplained: [], untested: [] });
});

test.each([
  ["client.md", 14],
  ["kept-channels.md", 5],
])(
  "every block of docs/%s compiles",
  async (name, least) => {
    const blocks = blocksOf(await Bun.file(join(root, "docs", name)).text());
    expect(blocks.length).toBeGreaterThanOrEqual(least);
    expect(await complaintsAbout(blocks, join(folder, name))).toEqual([]);
  },
  180_000,
);

test("what does not compile is reported by its line", async () => {
  const blocks = [{ line: 40, code: 'await ann.to("Bob").send({});\nawait ann.to("Bob").shout({});\n' }];
  const complaints = await complaintsAbout(blocks, join(folder, "wrong"));
  expect(complaints.length).toBe(1);
  expect(complaints[0]).toMatch(/^line 41: error TS\d+: .*shout/);
}, 180_000);
