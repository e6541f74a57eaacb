import { describe, expect, test } from "bun:test";
import { TestClient } from "../kit/client.ts";
import { type HttpAnswer, handshakeText, RawSocket } from "../kit/raw-socket.ts";
import { startServer, type TestServer } from "../kit/server.ts";
import { within } from "../kit/wait.ts";
import { text } from "../kit/wire.ts";

async function answerTo(server: TestServer, handshake: string): Promise<HttpAnswer> {
  using socket = await RawSocket.connect(server.ports.main);
  socket.write(handshake);
  return await socket.answer();
}

const statusOf = async (server: TestServer, path: string, origin?: string): Promise<number> =>
  (await answerTo(server, handshakeText({ path, headers: { Origin: origin } }))).status;

describe("D2: the path of a handshake", () => {
  const names: readonly (readonly [string, string, number])[] = [
    ["a name", "/room", 101],
    ["128 bytes", `/${"n".repeat(128)}`, 101],
    ["129 bytes", `/${"n".repeat(129)}`, 400],
    ["128 bytes once decoded", `/${"%6E".repeat(128)}`, 101],
    ["43 signs of 3 bytes", `/${"%E2%82%AC".repeat(43)}`, 400],
    ["an encoded control character", "/a%0Ab", 400],
    ["an encoded DEL", "/a%7Fb", 400],
    ["half an escape", "/a%4", 400],
    ["bytes that are no UTF-8", "/%C0%AF", 400],
    ["an encoded slash and dots", "/..%2F..%2Fetc%2Fpasswd", 101],
    ["slashes around it", "//room//", 101],
    ["a word of the language", "/__proto__", 101],
  ];
  test.each(names)("%s", async (_, path, status) => {
    await using server = await startServer();
    expect(await statusOf(server, path)).toBe(status);
    expect((await server.metrics()).refused("bad-instance")).toBe(status === 400 ? 1 : 0);
  });

  test.each([
    ["/.", "/root"],
    ["/a/..", "/root"],
    ["/%2e%2e/%2E", "/root"],
    ["/a/../b", "/b"],
    ["/a/./b", "/a%2Fb"],
    ["/a\\b", "/a%2Fb"],
    ["/b?a/..", "/b"],
  ])("%s means the same as %s", async (path, same) => {
    await using server = await startServer();
    using ann = await TestClient.cloud(server.ws(same), "Ann");
    using socket = await RawSocket.connect(server.ports.main);
    socket.write(handshakeText({ path }), text('{"setID":"Bob"}'), text('{"to":"Ann"}'));
    await socket.answer();
    expect(await ann.next()).toEndWith('"FROM":"Bob"}');
  });

  test("D4: __proto__ is an instance like any other, and isolated", async () => {
    await using server = await startServer();
    using inside = await TestClient.cloud(server.ws("/__proto__"), "same");
    using outside = await TestClient.cloud(server.ws("/constructor"), "same");
    inside.send({ to: "same", n: 1 });
    expect(await inside.next()).toContain('"n":1');
    await outside.expectNothing();
  });
});

describe("L1: --origins", () => {
  const settings = { origins: "https://one.example,https://two.example" };

  test("pages of other origins are answered with 403, counted", async () => {
    await using server = await startServer(settings);
    for (const origin of ["https://evil.example", "https://one.example.evil.example", "http://one.example", "null"])
      expect(await statusOf(server, "/", origin)).toBe(403);
    expect((await server.metrics()).refused("origin")).toBe(4);
  });

  test("clients that are not web pages may connect: boards, apps and pages opened from a file", async () => {
    await using server = await startServer(settings);
    for (const origin of [
      "file://",
      "capacitor://localhost",
      "app://local",
      "chrome-extension://abc",
      "moz-extension://d",
    ])
      expect(await statusOf(server, "/", origin)).toBe(101);
  });

  test("a page that hides its origin may connect when null is listed; file:// may also be listed", async () => {
    await using server = await startServer({ origins: "https://one.example,null,file://" });
    for (const origin of ["null", "file://", "https://one.example"])
      expect(await statusOf(server, "/", origin)).toBe(101);
    expect(await statusOf(server, "/", "https://evil.example")).toBe(403);
  });

  test("pages of these origins and programs without one may connect", async () => {
    await using server = await startServer(settings);
    for (const origin of ["https://one.example", "https://two.example", undefined])
      expect(await statusOf(server, "/", origin)).toBe(101);
  });

  test("by default every page may connect", async () => {
    await using server = await startServer();
    expect(await statusOf(server, "/", "https://any.example")).toBe(101);
  });
});

describe("the security headers of handshakes that are refused", () => {
  const evil = { Origin: "https://evil.example" };
  test.each([
    ["a bad instance", handshakeText({ path: "/%00" }), 400],
    ["a bad Host", handshakeText({ headers: { Host: "a b/c@d" } }), 400],
    ["a bad key", handshakeText({ headers: { "Sec-WebSocket-Key": "abc=" } }), 400],
    ["another page", handshakeText({ headers: evil }), 403],
    ["another page, on the path of an instance", handshakeText({ path: "/room", headers: evil }), 403],
  ])("%s", async (_, handshake, status) => {
    await using server = await startServer({ origins: "https://one.example" });
    const answer = await answerTo(server, handshake);
    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(answer.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  });
});

describe("X1: the server stops", () => {
  test("open sessions are closed with 1001 and a reason, new ones are refused", async () => {
    const server = await startServer();
    const clients = await Promise.all([1, 2, 3].map((n) => TestClient.classic(server.ws(), `client ${n}`)));
    const port = server.ports.main;
    const stopped = server.stop();
    for (const client of clients) {
      const { code, reason } = await within("the close", client.closed);
      expect([code, reason]).toEqual([1001, "server is stopping; connect again"]);
    }
    await within("the server to stop", stopped);
    expect(TestClient.connect(`ws://127.0.0.1:${port}/`)).rejects.toThrow("no connection");
  });
});
