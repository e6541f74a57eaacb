import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServer, type TestServer } from "../../server/test/kit/server.ts";
import { type Browser, openBrowser, type Page } from "./kit/browser.ts";
import { findDeno, nodeWithWebSocket, outputOf } from "./kit/runtimes.ts";
import { until } from "./kit/until.ts";
import { type CheckResult, runSuite } from "./suite/suite.ts";

const passed = (results: readonly CheckResult[], count = 10) => {
  expect(results.filter(({ error }) => error)).toEqual([]);
  expect(results.length).toBe(count);
};

let server: TestServer;
let folder: string;
beforeAll(async () => {
  server = await startServer();
  folder = mkdtempSync(join(tmpdir(), "achex-client-"));
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("the suite passes in Bun", async () => passed(await runSuite(server.ws("/bun"), WebSocket)));

/** Bundles a file of suite/ for Node and those like it; returns its path. */
async function bundled(name: string, target: "node" | "browser" = "node"): Promise<string> {
  const entrypoints = [join(import.meta.dir, "suite", name)];
  const format = target === "node" ? "esm" : "iife";
  const { success } = await Bun.build({ entrypoints, outdir: folder, target, format, naming: "[name].mjs" });
  expect(success).toBe(true);
  return join(folder, name.replace(/\.ts$/, ".mjs"));
}

describe("Node", () => {
  const ran = async (command: readonly string[]) => {
    const { out, errors, code } = await outputOf(command);
    expect([errors, code]).toEqual(["", 0]);
    return JSON.parse(out);
  };

  test("the suite passes with the WebSocket of ws, and the process ends on its own", async () => {
    const ws = Bun.resolveSync("ws", import.meta.dir);
    // Bun resolves ws to its own; Node needs the file of the package.
    const file = ws.startsWith("/") ? ws : join(import.meta.dir, "../../../node_modules/ws/wrapper.mjs");
    passed(await ran(["node", await bundled("node.ts"), server.ws("/node"), file]));
  });

  test("the suite passes with a WebSocket of its own", async () => {
    passed(await ran([...nodeWithWebSocket(), await bundled("node.ts"), server.ws("/node-own")]));
  });

  test.each([
    ["0.74", [], ["TextDecoder"]],
    ["0.85", ["decoder"], []],
  ])("the core passes with nothing but what React Native %s has", async (_, decoder, older) => {
    const script = await bundled("react-native.ts", "browser");
    const { missing, results } = await ran([
      ...[...nodeWithWebSocket(), await bundled("react-native-host.ts"), server.ws("/bare"), script],
      ...decoder,
    ]);
    const always = ["document", "addEventListener", "process", "URL", "crypto", "ReadableStream", "fetch"];
    expect(missing).toEqual([...always, ...older]);
    passed(results, 6 + decoder.length);
  });
});

test("the suite passes in Deno, and the process ends on its own", async () => {
  const suite = await bundled("node.ts");
  const command = [findDeno(), "run", "--no-config", "--allow-net=127.0.0.1,localhost", suite, server.ws("/deno")];
  const { out, errors, code } = await outputOf(command, { DENO_DIR: join(folder, "deno"), DENO_NO_UPDATE_CHECK: "1" });
  expect([errors, code]).toEqual(["", 0]);
  passed(JSON.parse(out));
});

describe("Chromium", () => {
  let browser: Browser;
  let site: Bun.Server<undefined>;
  let page: Page;
  beforeAll(async () => {
    const { outputs } = await Bun.build({
      entrypoints: ["page", "worker"].map((name) => join(import.meta.dir, `suite/${name}.ts`)),
      target: "browser",
      naming: "[name].js",
    });
    const scripts = new Map<string, string>();
    for (const output of outputs) scripts.set(output.path.replace(/^.*\//, "/"), await output.text());
    site = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch({ url }) {
        const script = scripts.get(new URL(url).pathname);
        return script === undefined
          ? new Response('<script type="module" src="/page.js"></script>', { headers: { "content-type": "text/html" } })
          : new Response(script, { headers: { "content-type": "text/javascript" } });
      },
    });
    browser = await openBrowser();
    page = await browser.open(`http://127.0.0.1:${site.port}/`);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.stop(true);
  });

  test("the suite passes in a page", async () => {
    passed(await page.ask<CheckResult[]>(`achex.runSuite(${JSON.stringify(server.ws("/page"))})`));
  });

  test.each([
    ["a module worker", `new Worker("/worker.js", { type: "module" })`, "worker"],
    [
      "a module service worker",
      `(await navigator.serviceWorker.register("/worker.js", { type: "module" }),
        (await navigator.serviceWorker.ready).active)`,
      "navigator.serviceWorker",
    ],
  ])("the suite passes in %s", async (name, worker, source) => {
    const url = JSON.stringify(server.ws(`/${name.replaceAll(" ", "-")}`));
    const results = await page.ask<CheckResult[]>(`(async () => {
      const worker = ${worker};
      return new Promise((resolve, reject) => {
        ${source}.onmessage = ({ data }) => resolve(data);
        worker.onerror = reject;
        worker.postMessage(${url});
      });
    })()`);
    passed(results);
  });

  test("offline and online again: it notices, waits, and is back at once", async () => {
    const url = JSON.stringify(server.ws("/offline"));
    // The pause would be minutes: only what the browser reports of its network can bring it back in time.
    await page.ask(`(globalThis.ann = achex.connect(${url}, { name: "Ann", random: () => 1_000 }), ann.ready())`);
    await page.ask(`void (globalThis.states = [], ann.on("state", (state) => states.push(state)))`);
    await page.offline(true);
    // Chromium keeps a socket that is open: the relay's end goes, as it would with the network.
    await server.stop();
    await until("offline", () => page.ask<boolean>(`ann.state === "offline"`));
    // What is used for the first time while offline waits, like everything else.
    await page.ask(`void (globalThis.first = [
      ann.hub("h").join({ presence: true }), ann.watch("Ann"), ann.latency(), ann.hub("h").page(), ann.ask("Ann", {}),
    ], ann.handle(() => ({})))`);
    server = await startServer({ port: server.ports.main });
    await page.offline(false);
    await until("ready", () => page.ask<boolean>(`ann.state === "ready"`));
    expect(await page.ask<number>("Promise.all(first).then(({ length }) => length)")).toBe(5);
    const states = await page.ask<string[]>("states");
    expect(states[0]).toBe("offline");
    expect(states.at(-1)).toBe("ready");
  });
});
