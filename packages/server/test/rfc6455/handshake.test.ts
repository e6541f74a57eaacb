import { describe, expect, test } from "bun:test";
import { handshakeText, RawSocket, SAMPLE_ACCEPT } from "../kit/raw-socket.ts";
import { createSharedServer } from "../kit/shared-server.ts";

const shared = createSharedServer();

async function answerTo(handshake: string) {
  const socket = await RawSocket.connect(shared.port);
  socket.write(handshake);
  const answer = await socket.answer();
  socket[Symbol.dispose]();
  return answer;
}

const withHeaders = (headers: Readonly<Record<string, string | undefined>>) => handshakeText({ headers });
/** Header names in another case; the request line stays. */
const named = (change: (name: string) => string) => handshakeText().replace(/^[\w-]+(?=:)/gm, change);

describe("4.2 handshakes that open", () => {
  test("1.3: the key is answered as the RFC's example says", async () => {
    const { status, headers } = await answerTo(handshakeText());
    expect(status).toBe(101);
    expect(headers.get("sec-websocket-accept")).toBe(SAMPLE_ACCEPT);
    expect(headers.get("upgrade")?.toLowerCase()).toBe("websocket");
    expect(headers.get("connection")?.toLowerCase()).toBe("upgrade");
  });

  const opening: readonly (readonly [string, string])[] = [
    ["header names in lower case", named((name) => name.toLowerCase())],
    ["header names in upper case", named((name) => name.toUpperCase())],
    ["`Upgrade: WebSocket`, `Connection: upgrade`", withHeaders({ Upgrade: "WebSocket", Connection: "upgrade" })],
    ["`Connection: keep-alive, Upgrade`", withHeaders({ Connection: "keep-alive, Upgrade" })],
    ["D5: an Origin", withHeaders({ Origin: "https://example.org" })],
    ["D5: the Origin of a page without one", withHeaders({ Origin: "null" })],
    ["D2: a query", handshakeText({ path: "/?token=x" })],
    ["an absolute address in the request line", handshakeText({ path: "http://127.0.0.1/" })],
    ["8 KiB of one header", withHeaders({ Cookie: "c".repeat(8_192) })],
    ["RFC asks for more: no Connection header", withHeaders({ Connection: undefined })],
    ["RFC asks for more: `Connection: close`", withHeaders({ Connection: "close" })],
    ["RFC asks for more: HTTP/1.0", handshakeText({ version: "HTTP/1.0" })],
  ];
  test.each(opening)("%s", async (_, handshake) => {
    const { status, headers } = await answerTo(handshake);
    expect(status).toBe(101);
    expect(headers.get("sec-websocket-accept")).toBe(SAMPLE_ACCEPT);
  });

  test("9.1: extensions offered are not taken up, compression least of all", async () => {
    const { status, headers } = await answerTo(
      withHeaders({ "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits, x-other" }),
    );
    expect(status).toBe(101);
    expect(headers.has("sec-websocket-extensions")).toBe(false);
  });

  test.each([
    ["soap, wamp", "soap"],
    ["soap, achex.2", "achex.2"],
    ["achex.2", "achex.2"],
  ])("D5, R1: of the subprotocols `%s` the server confirms %s", async (offered, confirmed) => {
    const { status, headers } = await answerTo(withHeaders({ "Sec-WebSocket-Protocol": offered }));
    expect(status).toBe(101);
    expect(headers.get("sec-websocket-protocol")).toBe(confirmed);
  });

  test("D5: without one offered none is confirmed", async () => {
    expect((await answerTo(handshakeText())).headers.has("sec-websocket-protocol")).toBe(false);
  });
});

describe("4.2 handshakes that are refused", () => {
  const refused: readonly (readonly [string, number, string])[] = [
    ["no key", 400, withHeaders({ "Sec-WebSocket-Key": undefined })],
    ["a key of 2 bytes", 400, withHeaders({ "Sec-WebSocket-Key": "abc=" })],
    ["a key that is not base64", 400, withHeaders({ "Sec-WebSocket-Key": "!".repeat(24) })],
    ["a key of 100 characters", 400, withHeaders({ "Sec-WebSocket-Key": "a".repeat(100) })],
    ["no version", 426, withHeaders({ "Sec-WebSocket-Version": undefined })],
    ["version 8", 426, withHeaders({ "Sec-WebSocket-Version": "8" })],
    ["version 14", 426, withHeaders({ "Sec-WebSocket-Version": "14" })],
    ["another method", 400, handshakeText().replace("GET", "POST")],
    ["no Host", 400, withHeaders({ Host: undefined })],
    ["an empty Host", 400, withHeaders({ Host: "" })],
    ["a Host that is none", 400, withHeaders({ Host: "a b/c@d" })],
    ["HTTP/0.9", 505, handshakeText({ version: "HTTP/0.9" })],
    ["HTTP/2.0", 505, handshakeText({ version: "HTTP/2.0" })],
    ["a path that is not UTF-8", 400, handshakeText({ path: "/%ff" })],
    ["a path with a control character", 400, handshakeText({ path: "/%00" })],
    ["64 KiB of one header", 431, withHeaders({ Cookie: "c".repeat(65_536) })],
    ["200 headers", 431, withHeaders(Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`X-${n}`, "x"])))],
    ["a space before the colon", 400, handshakeText().replace("Upgrade:", "Upgrade :")],
    ["a folded header", 400, handshakeText().replace("Upgrade: websocket", "Upgrade: websocket\r\n  more")],
    ["NUL in a header", 400, withHeaders({ Cookie: "a\0b" })],
    ["a length and chunks at once", 400, withHeaders({ "Content-Length": "5", "Transfer-Encoding": "chunked" })],
    ["the first bytes of TLS", 400, "\x16\x03\x01\x02\x00\x01\x00\r\n\r\n"],
    ["garbage", 400, "\x00\x01\x02hello\r\n\r\n"],
  ];
  test.each(refused)("%s: HTTP %d", async (_, status, handshake) => {
    expect((await answerTo(handshake)).status).toBe(status);
  });

  test("4.4: the answer to a wrong version names the right one", async () => {
    const { headers } = await answerTo(withHeaders({ "Sec-WebSocket-Version": "8" }));
    expect(headers.get("sec-websocket-version")).toBe("13");
  });

  test.each([undefined, "h2c", "h2c, websocket"])("`Upgrade: %s` gets a page and no session", async (Upgrade) => {
    const before = (await shared.server.metrics()).sessions;
    expect((await answerTo(withHeaders({ Upgrade }))).status).toBe(200);
    expect((await shared.server.metrics()).sessions).toBe(before);
  });
});
