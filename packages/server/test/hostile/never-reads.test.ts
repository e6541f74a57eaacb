import { expect, test } from "bun:test";
import { TestClient } from "../kit/client.ts";
import { RawSocket } from "../kit/raw-socket.ts";
import { startServerProcess } from "../kit/server-process.ts";
import { until } from "../kit/wait.ts";
import { text } from "../kit/wire.ts";

const MIB = 1024 ** 2;
/** Bytes held per session, waiting for one socket, and held in all. */
const RESUME_BYTES = 2 * MIB;
const BACKLOG = MIB;
const TOTAL = 8 * MIB;
const READERS = 12;
/** A frame that is being sent when a limit is reached. */
const FRAME = 300_000;
const ROUNDS = 12;

interface Stalled {
  readonly name: string;
  readonly socket: RawSocket;
  readonly token: string;
  generation: number;
}

const open = (port: number, protocols: string) =>
  RawSocket.open(port, { path: "/root", headers: { "Sec-WebSocket-Protocol": protocols } });

/** Reads until a frame has the key; returns its value. */
async function read(socket: RawSocket, key: string): Promise<Record<string, unknown>> {
  for (;;) {
    const frame = await socket.json();
    if (key in frame) return Object(frame[key]);
  }
}

/** A client in a hub that stops reading once it knows its token. */
async function stall(name: string, socket: RawSocket): Promise<Stalled> {
  socket.write(text('{"$resume":true}'), text(`{"setID":"${name}"}`), text('{"$ref":1,"joinHub":"h"}'));
  const { token } = await read(socket, "$resumable");
  await read(socket, "$ref");
  socket.stopReading();
  return { name, socket, token: String(token), generation: 0 };
}

/** It reconnects, asks for everything again, and does not read it. Where the session could not be resumed, it opens another one. */
async function reconnect(port: number, stalled: Stalled): Promise<Stalled> {
  stalled.socket.reset();
  const { name, token } = stalled;
  const generation = stalled.generation + 1;
  const socket = await open(port, "achex.2, achex.2.resume");
  socket.write(text(JSON.stringify({ $resume: { token, generation, received: 1 } })));
  const answer = await socket.json();
  if ("$fault" in answer) return stall(name, socket);
  socket.stopReading();
  return { name, socket, token, generation };
}

test("[R81 R83] clients that never read and reconnect without end hold what the limits say, and no more", async () => {
  await using server = await startServerProcess({
    "max-backlog": BACKLOG,
    "max-resume-bytes": RESUME_BYTES,
    "max-resume-total": TOTAL,
    "max-frames-per-second": 0,
    "max-bytes-per-second": 0,
    "max-delivered-bytes-per-second": 0,
  });
  const { port } = server;
  let readers = await Promise.all(
    Array.from({ length: READERS }, async (_, n) => {
      const socket = await open(port, "achex.2");
      return stall(`slow ${n}`, socket);
    }),
  );
  using feeder = await TestClient.classic(server.ws(), "feeder");
  using bystander = await TestClient.classic(server.ws(), "bystander");
  const most = { held: 0, backlog: 0, sessions: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    // To each of them alone as well, so that no payload is shared.
    for (let n = 0; n < 4; n++) feeder.send({ toH: "h", n, filler: "x".repeat(FRAME) });
    for (const { name } of readers) for (let n = 0; n < 4; n++) feeder.send({ to: name, n, filler: "y".repeat(FRAME) });
    feeder.send('{"echo":1}');
    await feeder.expect('{"echo":1}');
    const metrics = await server.metrics();
    most.held = Math.max(most.held, metrics.get("achex_held_bytes"));
    most.backlog = Math.max(most.backlog, metrics.get("achex_backlog_bytes"));
    most.sessions = Math.max(most.sessions, metrics.sessions);
    bystander.send('{"echo":2}');
    await bystander.expect('{"echo":2}');
    readers = await Promise.all(readers.map((stalled) => reconnect(port, stalled)));
  }
  expect(most.held).toBeGreaterThan(RESUME_BYTES);
  expect(most.held).toBeLessThanOrEqual(TOTAL + FRAME + 1_000);
  expect(most.backlog).toBeLessThanOrEqual(READERS * (BACKLOG + FRAME));
  // Those that could not be resumed have ended.
  expect(most.sessions).toBeLessThanOrEqual(2 * READERS + 2);
  for (const { socket } of readers) socket.reset();
  await until("their sessions to be away", async () => (await server.metrics()).get("achex_away_sessions") > 0);
  expect((await server.metrics()).get("achex_held_bytes")).toBeLessThanOrEqual(TOTAL);
}, 60_000);
