import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { startServer, type TestServer } from "../../../server/test/kit/server.ts";
import { connect, type Data, type Room } from "../../src/index.ts";
import { type Browser, openBrowser, type Page } from "../kit/browser.ts";
import { until } from "../kit/until.ts";
import { createProject, type Project, repository } from "./project.ts";
import { APP, PAGE, SERVER } from "./react-app.ts";

let project: Project;
let server: TestServer;
let browser: Browser;
beforeAll(async () => {
  project = await createProject(["react", "react-dom", "scheduler"]);
  project.write({
    "app.tsx": APP,
    "page.tsx": PAGE,
    "server.tsx": SERVER,
    "tsconfig.json": JSON.stringify({ compilerOptions: { jsx: "react-jsx" } }),
    "index.html": '<script type="module" src="/page.tsx"></script>',
  });
  server = await startServer();
  browser = await openBrowser();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  project?.remove();
});

const bin = (path: string) => join(repository, "node_modules", path);

/** The page reads and writes the state of the room, and becomes its host. */
async function sharesState(
  page: Page,
  room: Pick<Room<Data>, "handOver">,
  shows: (id: string, text: string) => Promise<void>,
): Promise<void> {
  await shows("guests", "1,guests");
  await page.ask(`document.querySelector("#guests").click()`);
  await shows("guests", "2,guests");
  await shows("host", "guest");
  await room.handOver();
  await shows("host", "host");
}

test("a React app in StrictMode, rendered by a server and built by Vite: one connection, one membership, and both end with it", async () => {
  const esbuild = ["--bundle", "--platform=node", "--packages=external", "--jsx=automatic", "--format=cjs"];
  await project.run(bin("esbuild/bin/esbuild"), "server.tsx", ...esbuild, "--outfile=server.cjs");
  // CommonJS: React's and ours. It ends, so nothing was opened.
  const html = await project.run("node", "server.cjs", server.ws());
  expect(html).toContain('<b id="state">idle</b>');
  expect(html).toContain('<p id="room">out||</p>');

  await project.run("node", bin("vite/bin/vite.js"), "build", "--mode", "development", "--logLevel", "error");
  const props = JSON.stringify({ url: server.ws(), name: "Ann" });
  const head = `<!DOCTYPE html><link rel="icon" href="data:,"><div id="root">${html.trim()}</div><script>globalThis.props = ${props}</script>`;
  const built = await Bun.file(join(project.folder, "dist/index.html")).text();
  await using site = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch({ url }) {
      const { pathname } = new URL(url);
      if (pathname === "/") return new Response(head + built, { headers: { "content-type": "text/html" } });
      return new Response(Bun.file(join(project.folder, "dist", pathname)));
    },
  });
  const bob = connect<{ hubs: { kitchen: { dish: string } } }>(server.ws(), { name: "Bob" });
  await bob.hub("kitchen").join({ presence: true, state: true });
  await bob.hub("kitchen").state.set("guests", 1);
  const heard: string[] = [];
  bob.hub("kitchen").on("joined", ({ name, attributes }) => heard.push(`${name} joined in ${attributes.color}`));
  bob.hub("kitchen").on("left", ({ name }) => heard.push(`${name} left`));

  const page = await browser.open(`http://127.0.0.1:${site.port}/`);
  const shows = (id: string, text: string) =>
    until(
      `${id} ${text}`,
      async () => (await page.ask<string>(`document.querySelector("#${id}")?.textContent ?? ""`)) === text,
    );
  await shows("state", "ready");
  await shows("room", "in|Ann+Bob|");
  expect(heard).toEqual(["Ann joined in red"]);
  await bob.hub("kitchen").send({ dish: "soup" });
  await shows("room", "in|Ann+Bob|soup");
  await sharesState(page, bob.hub("kitchen"), shows);

  await page.ask(`document.querySelector("#toggle").click()`);
  await until("left", () => heard.length === 2);
  expect(await page.ask<string>(`document.querySelector("#state").textContent`)).toBe("ready");
  await page.ask(`document.querySelector("#toggle").click()`);
  await shows("room", "in|Ann+Bob|");
  expect(heard).toEqual(["Ann joined in red", "Ann left", "Ann joined in red"]);

  await page.ask("void unmount()");
  await until("left again", () => heard.length === 4);
  expect(heard.at(-1)).toBe("Ann left");
  // Bob's, and one of the page: StrictMode mounts it twice.
  expect((await server.metrics()).get('achex_sessions_opened_total{dialect="achex.2"}')).toBe(2);
  expect(page.problems).toEqual([]);
  bob.close();
}, 120_000);
