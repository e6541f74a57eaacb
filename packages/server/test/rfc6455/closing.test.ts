import { describe, expect, test } from "bun:test";
import { TestClient } from "../kit/client.ts";
import { RawSocket } from "../kit/raw-socket.ts";
import { createSharedServer } from "../kit/shared-server.ts";
import { until } from "../kit/wait.ts";
import { close, closePayload, frame, opcodes, text } from "../kit/wire.ts";

const shared = createSharedServer();

describe("7.4 close codes", () => {
  // 1012 to 1014 came after the RFC, by its registry (7.4.2): a client may use them.
  const legal = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999];
  test.each(legal)("code %d is echoed", async (code) => {
    using socket = await RawSocket.open(shared.port);
    socket.write(close(code, "bye"));
    expect(await socket.endedWith()).toBe(code);
  });

  const illegal = [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535];
  test.each(illegal)("X5: code %d is answered with 1002", async (code) => {
    using socket = await RawSocket.open(shared.port);
    socket.write(close(code, "bye"));
    expect(await socket.endedWith()).toBe(1002);
  });

  test("a close without a code is answered without one", async () => {
    using socket = await RawSocket.open(shared.port);
    socket.write(frame({ opcode: opcodes.close }));
    const { opcode, payload } = await socket.frame("a close frame");
    expect([opcode, payload.length]).toEqual([opcodes.close, 0]);
  });

  test("X5: a close of one byte is answered with 1002", async () => {
    using socket = await RawSocket.open(shared.port);
    socket.write(frame({ opcode: opcodes.close, payload: "x" }));
    expect(await socket.endedWith()).toBe(1002);
  });

  test("a close with the longest reason is echoed", async () => {
    using socket = await RawSocket.open(shared.port);
    socket.write(frame({ opcode: opcodes.close, payload: closePayload(1000, "r".repeat(123)) }));
    expect(await socket.endedWith()).toBe(1000);
  });

  test("a client cannot make its own close count as a frame too large", async () => {
    const before = await shared.server.metrics();
    using socket = await RawSocket.open(shared.port);
    socket.write(close(1000, "Received too big message"));
    expect(await socket.endedWith()).toBe(1000);
    const after = await shared.server.metrics();
    expect(after.closedBy("frame-too-large")).toBe(before.closedBy("frame-too-large"));
    expect(after.closedBy("client")).toBe(before.closedBy("client") + 1);
  });
});

describe("5.5.1 after the close frame", () => {
  test("what a client sends after its close frame is not acted on", async () => {
    using socket = await RawSocket.login(shared.port, "late");
    socket.write(close(1000), text(JSON.stringify({ to: "bystander", late: true })));
    expect(await socket.endedWith()).toBe(1000);
  });

  test("M5: what it sends just before is delivered", async () => {
    using receiver = await TestClient.classic(shared.server.ws(), "receiver");
    using socket = await RawSocket.login(shared.port, "leaver");
    socket.write(text(JSON.stringify({ toS: receiver.id, n: 1 })), close(1000));
    await receiver.expect(`{"toS":${receiver.id},"n":1,"sID":${socket.id},"FROM":"leaver"}`);
  });
});

describe("peers that go without a close frame", () => {
  /** Opened, logged in and in a hub together with a client that is notified when it leaves. */
  async function inHub(name: string) {
    const watcher = await TestClient.classic(shared.server.ws(), `watcher of ${name}`);
    const socket = await RawSocket.login(shared.port, name);
    watcher.send({ joinHub: name });
    await watcher.expect('{"joinHub":"OK"}');
    socket.write(text(JSON.stringify({ joinHub: name })));
    await socket.expectText('{"joinHub":"OK"}');
    return { watcher, socket, gone: `{"leftHub":"${name}","user":"${name}","sID":${socket.id}}` };
  }

  test("C12: a peer that is reset is gone for the others, and counted as vanished", async () => {
    const before = (await shared.server.metrics()).closedBy("vanished");
    const { watcher, socket, gone } = await inHub("reset");
    socket.reset();
    await watcher.expect(gone);
    expect((await shared.server.metrics()).closedBy("vanished")).toBe(before + 1);
    watcher[Symbol.dispose]();
  });

  test("C12: a peer that closes its half is answered for what it sent, then let go", async () => {
    const { watcher, socket, gone } = await inHub("half");
    socket.write(text('{"echo":1}'), text(JSON.stringify({ toS: watcher.id, last: true })));
    socket.halfClose();
    await socket.expectText('{"echo":1}');
    await watcher.expect(`{"toS":${watcher.id},"last":true,"sID":${socket.id},"FROM":"half"}`);
    await watcher.expect(gone);
    expect(await socket.endedWith()).toBe(1006);
    watcher[Symbol.dispose]();
  });

  test("C12: a peer that goes in the middle of a frame leaves nothing behind", async () => {
    const { watcher, socket, gone } = await inHub("torn");
    socket.write(text(JSON.stringify({ toS: watcher.id, torn: true })).subarray(0, 12));
    socket.halfClose();
    await watcher.expect(gone);
    await watcher.expectNothing();
    watcher[Symbol.dispose]();
  });

  test("a peer that disconnects before it reads its greeting leaves no session", async () => {
    const { sessions } = await shared.server.metrics();
    const sockets = await Promise.all(Array.from({ length: 20 }, () => RawSocket.open(shared.port)));
    for (const socket of sockets) socket.reset();
    await until("the sessions to end", async () => (await shared.server.metrics()).sessions === sessions);
  });
});
