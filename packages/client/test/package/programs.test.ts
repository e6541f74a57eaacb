import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { startServer, type TestServer } from "../../../server/test/kit/server.ts";
import { type Browser, openBrowser } from "../kit/browser.ts";
import { nodeWithWebSocket, outputOf } from "../kit/runtimes.ts";
import type { CheckResult } from "../suite/suite.ts";
import { createProject, type Project, repository } from "./project.ts";

/** The suite, which takes the library from the package instead of from the sources. */
const suite = readFileSync(join(import.meta.dir, "../suite/suite.ts"), "utf8").replaceAll(
  /"\.\.\/\.\.\/src\/(\w+)\.ts"/g,
  (_, entry) => (entry === "index" ? '"@achex/client"' : `"@achex/client/${entry}"`),
);
const PAGE = `
import { runSuite } from "./suite.ts";
Object.assign(globalThis, { runSuite: (url: string) => runSuite(url, WebSocket) });
`;
const ROLLUP = `
import { fileURLToPath } from "node:url";
export default {
  input: "page.js",
  output: { file: "out/rollup.js" },
  plugins: [{ name: "installed packages", resolveId: (id) => id.startsWith("@achex/") ? fileURLToPath(import.meta.resolve(id)) : null }],
};
`;
const VITE = `
export default { build: { outDir: "out", emptyOutDir: false, lib: { entry: "page.ts", formats: ["es"], fileName: "vite" } } };
`;
const SERVICE = `
const WebSocket = require("ws");
const { connect, Fault } = require("@achex/client");
const { openStream } = require("@achex/client/streams");
const { receiveFiles, sendFile } = require("@achex/client/files");
const full = require("@achex/client/full");
const [, , url] = process.argv;
const calc = connect(url, { name: "calc", WebSocket });
const ann = full.connect(url, { name: "Ann", WebSocket });
calc.handle(({ a, b }) => ({ sum: a + b }));
receiveFiles(calc, async (file) => console.log(file.name, await (await file.blob()).text()));
calc.ready().then(async () => {
  console.log(await ann.ask("calc", { a: 1, b: 2 }));
  await sendFile(ann, "calc", new Blob(["dear calc"]), { name: "letter" });
  const fault = await openStream(ann, "Nobody").catch((fault) => fault);
  console.log(fault instanceof Fault, fault instanceof full.Fault, fault.name, fault.code);
  ann.close();
  await calc.retire();
});
`;

const bin = (path: string) => join(repository, "node_modules", path);
let project: Project;
let server: TestServer;
beforeAll(async () => {
  project = await createProject(["ws"]);
  const js = new Bun.Transpiler({ loader: "ts" });
  project.write({
    ...{
      "suite.ts": suite,
      "page.ts": PAGE,
      "vite.config.js": VITE,
      "rollup.config.js": ROLLUP,
      "service.cjs": SERVICE,
    },
    // Rollup takes JavaScript, as Node does.
    ...{ "suite.js": js.transformSync(suite), "page.js": js.transformSync(PAGE).replace("./suite.ts", "./suite.js") },
    "node.js":
      'import { runSuite } from "./suite.js";\nconsole.log(JSON.stringify(await runSuite(process.argv[2], WebSocket)));',
  });
  server = await startServer();
}, 120_000);
afterAll(async () => {
  await server?.stop();
  project?.remove();
});

const passed = (results: readonly CheckResult[]) => {
  expect(results.filter(({ error }) => error)).toEqual([]);
  expect(results.length).toBeGreaterThan(8);
};

test("the package holds what its manifest names, a README, the licence, and maps of all code", () => {
  const folder = join(project.folder, "node_modules/@achex/client");
  const files = readdirSync(folder);
  expect(files).toContain("README.md");
  expect(files).toContain("LICENSE");
  const manifest = readFileSync(join(folder, "package.json"), "utf8");
  for (const [, path = ""] of manifest.matchAll(/"\.\/([^"]+\.(?:js|cjs|d\.ts|d\.cts))"/g))
    expect(files).toContain(path);
  for (const map of files.filter((name) => name.endsWith(".map"))) {
    const { sources, sourcesContent } = JSON.parse(readFileSync(join(folder, map), "utf8"));
    expect(sources.filter((path: string) => !/^src\/(client|protocol)\/[\w/-]+\.ts$/.test(path))).toEqual([]);
    expect(sourcesContent.length).toBe(sources.length);
  }
  for (const name of ["full.cjs", "react.js", "react.cjs"]) expect(files).toContain(`${name}.map`);
});

test("the suite passes in Node from the installed package", async () => {
  passed(JSON.parse(await project.run(...nodeWithWebSocket(), "node.js", server.ws("/node"))));
});

test("at module level it keeps no process alive and throws nothing: with autoConnect: false, and without a WebSocket", async () => {
  project.write({
    "module-level.js": `import { connect } from "@achex/client";
    const later = connect("ws://127.0.0.1:9", { name: "Ann", autoConnect: false });
    console.log(later.state);
    delete globalThis.WebSocket;
    const none = connect("ws://127.0.0.1:9", { name: "Ann" });
    console.log(none.state, none.reason.code, none.reason.message);`,
  });
  const { out, errors, code } = await outputOf(["node", "module-level.js"], {}, project.folder);
  expect([errors, code]).toEqual(["", 0]);
  expect(out).toBe("idle\nclosed unsupported This runtime has no WebSocket. Pass one: connect(url, { WebSocket }).\n");
});

test("a service of CommonJS with ws: entries share their classes, and the process ends on its own", async () => {
  expect(await project.run("node", "service.cjs", server.ws("/service"))).toBe(
    "{ sum: 3 }\nletter dear calc\ntrue true Fault no-such-name\n",
  );
});

describe("Chromium", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  test.each([
    [
      "esbuild",
      [bin("esbuild/bin/esbuild"), "page.ts", "--bundle", "--minify", "--format=esm", "--outfile=out/esbuild.js"],
    ],
    ["rollup", ["node", bin("rollup/dist/bin/rollup"), "--config", "rollup.config.js", "--silent"]],
    ["vite", ["node", bin("vite/bin/vite.js"), "build", "--logLevel", "error"]],
  ])(
    "the suite passes in a page bundled by %s",
    async (name, command) => {
      await project.run(...command);
      await using site = Bun.serve({
        port: 0,
        hostname: "127.0.0.1",
        fetch: ({ url }) =>
          url.endsWith("/page.js")
            ? new Response(Bun.file(join(project.folder, `out/${name}.js`)))
            : new Response('<link rel="icon" href="data:,"><script type="module" src="/page.js"></script>', {
                headers: { "content-type": "text/html" },
              }),
      });
      const page = await browser.open(`http://127.0.0.1:${site.port}/`);
      passed(await page.ask<CheckResult[]>(`runSuite(${JSON.stringify(server.ws(`/${name}`))})`));
      expect(page.problems).toEqual([]);
    },
    120_000,
  );
});
