import { expect, test } from "bun:test";
import { join } from "node:path";
import { batchFrom } from "@achex/streaming";
import { Mailbox } from "../../packages/server/test/kit/mailbox.ts";
import { until } from "../../packages/server/test/kit/wait.ts";
import { createBrowser } from "./kit/browser.ts";
import { waitForText } from "./kit/files.ts";
import { startOrigin } from "./kit/origin.ts";
import { startRelay, type TestRelay } from "./kit/relay.ts";

const root = join(import.meta.dir, "../..");
const guide = await Bun.file(join(root, "docs/recipes.md")).text();
const PATIENCE = 30_000;
const browser = createBrowser();

test.each(["reload.html", "webrtc.html", "remote-buttons.html", "service.mjs", "sensor.py"])(
  "the guide shows %s as it is",
  async (name) => {
    const file = await Bun.file(join(root, "examples/recipes", name)).text();
    expect(guide).toContain(`\n${file}\`\`\``);
  },
);

test.each(["webrtc.html", "remote-buttons.html"])("%s has 40 lines at most", async (name) => {
  const file = await Bun.file(join(root, "examples/recipes", name)).text();
  expect(file.trimEnd().split("\n").length).toBeLessThanOrEqual(40);
});

/** A page of examples/recipes for that relay, on a server of its own. */
async function hostRecipe(name: string, relay: TestRelay) {
  const file = await Bun.file(join(root, "examples/recipes", name)).text();
  const html = file.replaceAll("localhost:4010", `127.0.0.1:${relay.port}`);
  // The relay builds it at the first request; a page that waits for it is not loaded.
  expect((await fetch(relay.http("/client.js"))).ok).toBeTrue();
  return startOrigin({ "/": html });
}

/** Messages that the relay has delivered. */
async function deliveriesOf(relay: TestRelay): Promise<string | undefined> {
  const text = await (await fetch(relay.http("/metrics"))).text();
  return /^achex_deliveries_total\S* (\d+)$/m.exec(text)?.[1];
}

test("WebRTC: two windows find each other over the relay and talk directly; the end of the other is reported", async () => {
  await using relay = startRelay();
  using origin = await hostRecipe("webrtc.html", relay);
  await using ann = await browser.open(origin.url());
  await ann.page.waitForFunction("typeof RTCPeerConnection === 'function'");
  await using bob = await browser.open(origin.url());
  for (const { page } of [ann, bob]) await waitForText(page, "#log", "connected directly");
  const before = await deliveriesOf(relay);
  for (const [from, to, text] of [
    [ann, bob, "<b>hi</b>"],
    [bob, ann, "hello"],
  ] as const) {
    await from.page.fill("input", text);
    await from.page.press("input", "Enter");
    await waitForText(to.page, "#log", `other: ${text}`);
  }
  // Nothing of it went over the relay.
  expect(await deliveriesOf(relay)).toBe(before);
  // A third window is not answered and changes nothing.
  await using cid = await browser.open(origin.url());
  await bob.page.goto("about:blank");
  await waitForText(ann.page, "#log", "The other window has left.");
  expect(await cid.page.textContent("#log")).toBe("");
  expect([...ann.errors, ...bob.errors, ...cid.errors]).toEqual([]);
}, 90_000);

test("[R130] remote buttons: the robot moves while a button is held, by mouse or key, and stops when the other window is gone", async () => {
  await using relay = startRelay();
  using origin = await hostRecipe("remote-buttons.html", relay);
  await using remote = await browser.open(`${origin.url()}#buttons`);
  const button = (name: string) => remote.page.getByRole("button", { name });
  const hold = async (name: string) => {
    await button(name).hover();
    await remote.page.mouse.down();
  };
  await hold("Left");
  await waitForText(remote.page, "#info", "nobody");
  await remote.page.mouse.up();
  await using robot = await browser.open(origin.url());
  const place = async () => {
    const [x = 0, y = 0] = (await robot.page.locator("#robot").evaluate(({ style }) => style.translate))
      .split("px")
      .map(Number);
    return { x, y };
  };
  await hold("Right");
  await until("it moves right", async () => (await place()).x > 40);
  await waitForText(remote.page, "#info", "Driving");
  await remote.page.mouse.up();
  await button("Up").focus();
  await remote.page.keyboard.down("Enter");
  await until("it moves up", async () => (await place()).y < -40);
  await remote.page.close();
  const stands = async () => {
    const before = (await place()).y;
    await robot.page.evaluate("new Promise((go) => setTimeout(go, 100))");
    return (await place()).y === before;
  };
  await until("it stops", stands);
  expect([...robot.errors, ...remote.errors]).toEqual([]);
}, 90_000);

/** A client that is logged in and has subscribed to a broadcast. */
async function connectListener(port: number, broadcast = "lab") {
  const frames = new Mailbox<string>();
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`);
  socket.onmessage = ({ data }) => frames.put(String(data));
  await frames.next("the greeting");
  socket.send('{"setID":"Lab"}');
  await frames.next("the login");
  socket.send(JSON.stringify({ cmd: "register_broadcast", bid: broadcast }));
  socket.send('{"echo":true}');
  await frames.next("the echo");
  return { socket, frames, [Symbol.dispose]: () => socket.close() };
}

/** A program of examples/recipes; its first line of output is awaited on request. */
function startRecipe(command: readonly string[], name: string, port: number) {
  const environment = { ...process.env, PYTHONUNBUFFERED: "1", PATH: `/usr/bin:${process.env.PATH}` };
  const child = Bun.spawn([...command, join(root, "examples/recipes", name), `ws://127.0.0.1:${port}/`], {
    ...{ stdout: "pipe", stderr: "inherit", env: environment, cwd: root },
  });
  const lines = new Mailbox<string>();
  const reading = (async () => {
    for await (const chunk of child.stdout) lines.put(new TextDecoder().decode(chunk).trim());
    lines.end("the program ended");
  })();
  return {
    lines,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await reading;
    },
  };
}

test("the Node service answers, and is back after a restart of the relay", async () => {
  await using relay = startRelay();
  await using service = startRecipe(["node"], "service.mjs", relay.port);
  expect(await service.lines.next("the login", PATIENCE)).toBe("ready");
  const add = async () => {
    using lab = await connectListener(relay.port);
    lab.socket.send('{"to":"adder","a":1,"b":2}');
    return JSON.parse(await lab.frames.next("the sum", PATIENCE));
  };
  expect(await add()).toMatchObject({ sum: 3, FROM: "adder" });
  await relay.restart();
  expect(await service.lines.next("the second login", PATIENCE)).toContain("ready");
  expect(await add()).toMatchObject({ sum: 3, FROM: "adder" });
}, 90_000);

test("[R79] the page continues its session after a reload, and receives what was sent meanwhile", async () => {
  await using relay = startRelay();
  const file = await Bun.file(join(root, "examples/recipes/reload.html")).text();
  const html = file.replaceAll("localhost:4010", `127.0.0.1:${relay.port}`);
  // The relay builds it at the first request; a page that waits for it is not loaded.
  expect((await fetch(relay.http("/client.js"))).ok).toBeTrue();
  using host = Bun.serve({ port: 0, fetch: () => new Response(html, { headers: { "content-type": "text/html" } }) });
  await using tab = await browser.open(`http://127.0.0.1:${host.port}/`);
  await waitForText(tab.page, "#log", "in the lobby");
  await tab.page.goto("about:blank");
  using lab = await connectListener(relay.port);
  lab.socket.send('{"toH":"lobby","msg":"during the reload"}');
  lab.socket.send('{"echo":true}');
  await lab.frames.next("the echo");
  await tab.page.goBack();
  await waitForText(tab.page, "#log", "Lab: during the reload");
  expect(await tab.page.textContent("#log")).toContain("resumed, ");
  expect(tab.errors).toEqual([]);
}, 90_000);

test("the Python sensor sends", async () => {
  await using relay = startRelay();
  using lab = await connectListener(relay.port);
  await using _sensor = startRecipe(["/usr/bin/python3"], "sensor.py", relay.port);
  const { bc, celsius, FROM } = JSON.parse(await lab.frames.next("a value", PATIENCE));
  expect([bc, FROM]).toEqual(["lab", "sensor"]);
  expect(celsius).toBeWithin(20, 21.01);
}, 60_000);

test("the Python publisher of docs/streaming.md sends rows that a watcher accepts", async () => {
  const file = await Bun.file(join(root, "examples/recipes/stream.py")).text();
  expect(await Bun.file(join(root, "docs/streaming.md")).text()).toContain(`\n${file}\`\`\``);
  await using relay = startRelay();
  using lab = await connectListener(relay.port, "stream-K7BQ2");
  const command = ["/usr/bin/python3", join(root, "examples/recipes/stream.py"), `ws://127.0.0.1:${relay.port}/`];
  const child = Bun.spawn(command, {
    stderr: "inherit",
    env: { ...process.env, PATH: `/usr/bin:${process.env.PATH}` },
  });
  try {
    const reading = batchFrom(JSON.parse(await lab.frames.next("rows", PATIENCE)), 0);
    if ("reason" in reading) throw new Error(reading.reason);
    const { times, columns, n } = reading.batch;
    expect([...columns.keys()]).toEqual(["sine", "cosine"]);
    expect([n, times.length]).toEqual([0, 5]);
    expect((times[4] ?? 0) - (times[0] ?? 0)).toBeCloseTo(40, 3);
  } finally {
    child.kill("SIGKILL");
  }
}, 60_000);
