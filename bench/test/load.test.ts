// Tests the load generator against a relay that misbehaves in a known way: the report must show exactly that.
import { afterEach, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { build, type FigureReader, runLoad } from "../lib/load.ts";
import { withServer } from "../lib/server.ts";
import { bunPlain } from "../rivals/bun-plain.ts";
import { floor } from "../rivals/floor.ts";

const MEMBERS = 10;
const RATE = 100;
const WINDOW = 1;

setDefaultTimeout(60_000);

interface Session {
  id: number;
}

let stop = (): void => {};
afterEach(() => stop());
beforeAll(build);

/** A classic relay with one room. `mischief` can drop or delay a message. */
const relayWith = (mischief: (nth: number) => "deliver" | "swallow"): number => {
  let sessions = 0;
  let messages = 0;
  const server = Bun.serve<Session>({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request, host) =>
      host.upgrade(request, { data: { id: ++sessions } }) ? undefined : new Response(null, { status: 400 }),
    websocket: {
      open: (socket) => {
        socket.send(`{"SID":${socket.data.id}}`);
      },
      message: (socket, text) => {
        const frame = String(text);
        if (frame.startsWith('{"setID"')) socket.send('{"auth":"ok"}');
        else if (frame.startsWith('{"cmd"')) socket.subscribe("room");
        else if (mischief(++messages) === "deliver") server.publish("room", frame);
      },
    },
  });
  stop = () => void server.stop(true);
  return server.port ?? 0;
};

const fanOut = (port: number): Promise<FigureReader> => {
  const work = { workload: "open", members: MEMBERS, outsider: 1, rate: RATE, warmup: 0.2, window: WINDOW };
  return runLoad({ ...work, dialect: "achex", port, server: process.pid }, 30_000);
};

test("a relay that delivers everything loses nothing", async () => {
  const read = await fanOut(relayWith(() => "deliver"));
  expect(read("sent")).toBe(RATE * WINDOW);
  expect(read("received")).toBe(RATE * WINDOW * MEMBERS);
  expect(read("latencyMicros.p50")).toBeGreaterThan(0);
});

test("what a relay swallows is counted as lost", async () => {
  const read = await fanOut(relayWith((nth) => (nth % 10 === 0 ? "swallow" : "deliver")));
  expect(read("expected")).toBe(RATE * WINDOW * MEMBERS);
  expect(read("received")).toBe(RATE * WINDOW * MEMBERS * 0.9);
});

test("a stall is paid for by every message that was due during it", async () => {
  const stallMs = 500;
  const read = await fanOut(
    relayWith((nth) => {
      if (nth === 60) Bun.sleepSync(stallMs);
      return "deliver";
    }),
  );
  // Half of the window's messages are due during the stall. Timed from when they were actually sent, all but one would be fast.
  expect(read("received")).toBe(RATE * WINDOW * MEMBERS);
  expect(read("latencyMicros.p99")).toBeGreaterThan(stallMs * 900);
  expect(read("latencyMicros.max")).toBeGreaterThan(stallMs * 1_000 * 0.95);
  // Compared within the run, because the speed of the others depends on the machine.
  expect(read("latencyMicros.p50")).toBeLessThan(read("latencyMicros.max") ?? 0);
});

test("a relay that is not there is an error and not a figure", async () => {
  await expect(fanOut(1)).rejects.toThrow("Connection refused");
});

test.each([floor, bunPlain])("$title, a yardstick, delivers everything", async (rival) => {
  const read = await withServer(rival, ({ port }) => fanOut(port));
  expect(read("received")).toBe(RATE * WINDOW * MEMBERS);
});
