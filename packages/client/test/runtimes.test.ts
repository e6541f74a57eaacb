import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServer, type TestServer } from "../../server/test/kit/server.ts";
import { type Browser, openBrowser, type Page } from "./kit/browser.ts";
import { until } from "./kit/until.ts";
import { type Outcome, runSuite } from "./suite/suite.ts";

const passed = (outcomes: readonly Outcome[]) => {
  expect(outcomes.filter(({ error }) => error)).toEqual([]);
  expect(outcomes.length).toBe(9);
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

describe("Node", () => {
  test("the suite passes with the WebSocket of ws, and the process ends by itself", async () => {
    const { success } = await Bun.build({
      entrypoints: [join(import.meta.dir, "suite/node.ts")],
      outdir: folder,
      target: "node",
      naming: "node.mjs",
    });
    expect(success).toBe(true);
    const ws = Bun.resolveSync("ws", import.meta.dir);
    // Bun resolves ws to its own; Node needs the file of the package.
    const file = ws.startsWith("/") ? ws : join(import.meta.dir, "../../../node_modules/ws/wrapper.mjs");
    const node = Bun.spawn(["node", join(folder, "node.mjs"), server.ws("/node"), file], { stderr: "pipe" });
    const [out, errors, code] = await Promise.all([node.stdout.text(), node.stderr.text(), node.exited]);
    expect([errors, code]).toEqual(["", 0]);
    passed(JSON.parse(out));
  });
});

describe("Chromium", () => {
  let browser: Browser;
  let site: Bun.Server<undefined>;
  let page: Page;
  beforeAll(async () => {
    const { outputs } = await Bun.build({
      entrypoints: [join(import.meta.dir, "suite/page.ts")],
      target: "browser",
    });
    const script = await outputs[0]?.text();
    site = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: ({ url }) =>
        url.endsWith("/page.js")
          ? new Response(script, { headers: { "content-type": "text/javascript" } })
          : new Response('<script type="module" src="/page.js"></script>', {
              headers: { "content-type": "text/html" },
            }),
    });
    browser = await openBrowser();
    page = await browser.open(`http://127.0.0.1:${site.port}/`);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.stop(true);
  });

  test("the suite passes in a page", async () => {
    passed(await page.ask<Outcome[]>(`achex.runSuite(${JSON.stringify(server.ws("/page"))})`));
  });

  test("offline and online again: it notices, waits, and is back at once", async () => {
    const url = JSON.stringify(server.ws("/offline"));
    await page.ask(`(globalThis.ann = achex.connect(${url}, { name: "Ann" }), ann.ready())`);
    await page.ask(`void (globalThis.states = [], ann.on("state", (state) => states.push(state)))`);
    await page.offline(true);
    // Chromium keeps a socket that is open: the relay's end goes, as it would with the network.
    await server.stop();
    await until("offline", () => page.ask<boolean>(`ann.state === "offline"`));
    await page.offline(false);
    server = await startServer({ port: server.ports.main });
    await until("ready", () => page.ask<boolean>(`ann.state === "ready"`));
    const states = await page.ask<string[]>("states");
    expect(states[0]).toBe("offline");
    expect(states.at(-1)).toBe("ready");
  });
});
