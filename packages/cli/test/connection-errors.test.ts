import { expect, test } from "bun:test";
import { closeReason, connectError } from "../src/connection-errors.ts";
import { formatLatency } from "../src/terminal.ts";

test.each([
  [1006, "", "the connection was lost without a close frame (1006): the server or the network is down"],
  [1001, "stopping", "the server closed the connection: 1001 stopping"],
  [1005, "", "the server closed the connection: 1005"],
])("the end of a connection with code %d in words", (code, reason, text) => {
  expect(closeReason(code, reason)).toBe(text);
});

test("a server that takes the connection and says nothing", async () => {
  const mute = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const url = `ws://127.0.0.1:${mute.port}/`;
  const socket = new WebSocket(url);
  const failed = new Promise<Event>((resolve) => socket.addEventListener("error", resolve));
  // As the client library does when it has waited long enough.
  socket.close();
  expect(connectError(url, await failed).message).toBe(`${url} did not answer in time`);
  mute.stop(true);
});

test.each([
  [0, "less than 1 ms"],
  [0.4, "less than 1 ms"],
  [1.4, "1 ms"],
  [80, "80 ms"],
])("a round trip of %d ms for human eyes", (milliseconds, text) => {
  expect(formatLatency(milliseconds)).toBe(text);
});
