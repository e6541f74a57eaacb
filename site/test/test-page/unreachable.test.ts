import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import { createBrowser } from "../kit/browser.ts";
import { startOrigin } from "../kit/origin.ts";
import { startRelay, type TestRelay } from "../kit/relay.ts";
import { client } from "./kit/page.ts";

const pem = (name: string) => join(import.meta.dir, "../../../packages/server/test/config/pem", name);

const browser = createBrowser();
let relay: TestRelay;
/** Its cloud port uses TLS with a self-signed certificate. */
let encrypted: TestRelay;
beforeAll(() => {
  relay = startRelay();
  encrypted = startRelay({ "tls-cert": pem("one.crt"), "tls-key": pem("one.key"), "tls-port": 0 });
});
afterAll(() => Promise.all([relay[Symbol.asyncDispose](), encrypted[Symbol.asyncDispose]()]));

const event = (panel: Locator, text: string | RegExp): Locator => panel.locator(".row.event").filter({ hasText: text });

/** Clears the log and connects, so that all events belong to this attempt. */
async function tryServer(panel: Locator, server: string): Promise<void> {
  await panel.getByRole("button", { name: "Clear", exact: true }).click();
  await panel.getByLabel("Server").fill(server);
  await panel.getByRole("button", { name: "Connect", exact: true }).click();
}

interface Port extends AsyncDisposable {
  readonly host: string;
}

/** A TCP server that handles each connection with a function. */
async function startPort(answer: (socket: Socket) => void): Promise<Port> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on("error", () => socket.destroy());
    answer(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the port is one of TCP");
  return {
    host: `127.0.0.1:${address.port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const connected = (panel: Locator): Promise<void> => panel.locator(".badge.good").waitFor();
const disconnect = (panel: Locator): Promise<void> => panel.getByRole("button", { name: "Disconnect" }).click();

describe("connecting to any server", () => {
  test("D1: another port and another name of this machine, the cloud port, and a path of another relay", async () => {
    await using tab = await browser.open(relay.http("/test").replace("127.0.0.1", "localhost"));
    await using other = startRelay();
    const panel = client(tab.page, 0);
    expect(await panel.getByLabel("Server").inputValue()).toBe(`localhost:${relay.port}`);
    for (const server of [
      `127.0.0.1:${relay.port}`,
      `localhost:${other.port}`,
      `ws://127.0.0.1:${other.port}`,
      `http://127.0.0.1:${other.port}`,
    ]) {
      await tryServer(panel, server);
      await connected(panel);
      await panel.locator(".row.in").filter({ hasText: '{"SID":' }).waitFor();
      await disconnect(panel);
    }
    await panel.getByLabel("Dialect").selectOption("cloud");
    await tryServer(panel, `127.0.0.1:${other.port}`);
    await panel.locator(".row.in").filter({ hasText: '{"auth":"OK","SID":' }).waitFor();
    await disconnect(panel);
    await panel.getByLabel("Path").fill("/");
    await tryServer(panel, `127.0.0.1:${other.cloudPort}`);
    await panel.locator(".row.in").filter({ hasText: '{"auth":"OK","SID":' }).waitFor();
    expect(tab.errors).toEqual([]);
  });
});

describe("a failed connection is explained in one line", () => {
  test("an unused port, a blocked port, an unknown host and an invalid address", async () => {
    await using tab = await browser.open(relay.http("/test"));
    const panel = client(tab.page, 0);
    await tryServer(panel, "127.0.0.1:9");
    await event(panel, "Nothing answers at 127.0.0.1:9, or browsers block this port").waitFor();
    const gone = await startPort(() => undefined);
    await gone[Symbol.asyncDispose]();
    await tryServer(panel, gone.host);
    await event(panel, `No web server answers at ${gone.host}. Is the server running`).waitFor();
    await tryServer(panel, "no-such-host.invalid");
    await event(panel, "No web server answers at no-such-host.invalid. Check the host, the port").waitFor();
    await tryServer(panel, "local host");
    await panel.getByRole("alert").filter({ hasText: "is not an address" }).waitFor();
    // The page still works.
    await tryServer(panel, `127.0.0.1:${relay.port}`);
    await connected(panel);
    await panel.getByText("as Ann", { exact: true }).waitFor();
  });

  test("a web server that is not a relay, and a server with another protocol", async () => {
    using other = startOrigin({ "/": "<p>a page</p>" });
    await using mail = await startPort((socket) => void socket.end("220 mail.example ESMTP\r\n"));
    await using liar = await startPort((socket) =>
      socket.once("data", (data) =>
        socket.end(
          String(data).includes("websocket")
            ? "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: no\r\n\r\n"
            : "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n",
        ),
      ),
    );
    await using tab = await browser.open(relay.http("/test"));
    const panel = client(tab.page, 0);
    await tryServer(panel, new URL(other.url()).host);
    await event(panel, "answers at 127.0.0.1").filter({ hasText: "rejected the WebSocket" }).waitFor();
    await tryServer(panel, liar.host);
    await event(panel, `A web server answers at ${liar.host}`).waitFor();
    await tryServer(panel, mail.host);
    await event(panel, `No web server answers at ${mail.host}`).waitFor();
  });

  test("a server that accepts the connection and stays silent; the user can stop connecting", async () => {
    await using mute = await startPort(() => undefined);
    await using tab = await browser.open(relay.http("/test"), { heldClock: true });
    const panel = client(tab.page, 0);
    await tab.page.clock.runFor(100);
    await panel.getByLabel("Server").fill(mute.host);
    await panel.getByRole("button", { name: "Connect", exact: true }).click();
    await tab.page.clock.runFor(6_000);
    await event(panel, `${mute.host} has not answered for 5 s. Press Disconnect to cancel.`).waitFor();
    await disconnect(panel);
    await panel.getByRole("button", { name: "Connect", exact: true }).waitFor();
    await tab.page.clock.runFor(100);
    await event(panel, "stopped connecting").waitFor();
  });

  test("an untrusted certificate, TLS without TLS support, and no TLS where it is required", async () => {
    await using tab = await browser.open(relay.http("/test"));
    const panel = client(tab.page, 0);
    const host = `127.0.0.1:${encrypted.cloudPort}`;
    await tryServer(panel, `wss://${host}`);
    await event(panel, `This browser does not trust the certificate of ${host}, or nothing answers there`).click();
    const detail = panel.getByRole("region", { name: /^Details of frame/ });
    expect(await detail.getByRole("link", { name: "Open it in a tab" }).getAttribute("href")).toBe(`https://${host}/`);
    await tryServer(panel, `ws://${host}`);
    await event(panel, `If it uses TLS, enter wss://${host}`).waitFor();
    await tryServer(panel, `wss://127.0.0.1:${relay.port}`);
    await event(panel, `enter ws://127.0.0.1:${relay.port}`).waitFor();
    // A browser that trusts the certificate can connect.
    await using trusting = await browser.open(relay.http("/test"), { ignoreHTTPSErrors: true });
    await tryServer(client(trusting.page, 0), `wss://${host}`);
    await connected(client(trusting.page, 0));
  });

  test("D2: a path that the server rejects", async () => {
    await using tab = await browser.open(relay.http("/test"));
    const panel = client(tab.page, 0);
    await panel.getByLabel("Path").fill(`/${"x".repeat(200)}`);
    await panel.getByText("rejects this path with HTTP 400").waitFor();
    await panel.getByRole("button", { name: "Connect", exact: true }).click();
    await event(panel, /no connection to .* \(1006\)/).waitFor();
  });

  test("X1: a stopping server's close frame is shown with what to do", async () => {
    await using stopping = startRelay();
    await using tab = await browser.open(stopping.http("/test"));
    const panel = client(tab.page, 0);
    await panel.getByRole("button", { name: "Connect", exact: true }).click();
    await connected(panel);
    await stopping.stop();
    await event(panel, "closed by the server with 1001: server is stopping; connect again").click();
    const detail = panel.getByRole("region", { name: /^Details of frame/ });
    await detail.getByText("Reconnect after a random delay").waitFor();
    await stopping.start();
  });
});
