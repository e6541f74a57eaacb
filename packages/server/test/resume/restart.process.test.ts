import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SAVED_SESSIONS } from "../../src/resume/saved-sessions.ts";
import { CountingClient } from "../kit/counting-client.ts";
import { LineReader } from "../kit/line-reader.ts";
import { RawSocket } from "../kit/raw-socket.ts";
import { RestartingRelay } from "../kit/restarting-relay.ts";
import { SteadyLoad } from "../kit/steady-load.ts";
import { until } from "../kit/wait.ts";
import { text } from "../kit/wire.ts";

const RESTARTING = 4004;
const STOPPING = 4001;

const numbersFrom = (client: CountingClient, sender: string): unknown[] =>
  client.frames.filter(({ FROM }) => FROM === sender).map(({ n }) => n);

/** Clients in one hub, all of them members. */
async function membersOf(relay: RestartingRelay, hub: string, count: number): Promise<CountingClient[]> {
  const members = Array.from(
    { length: count },
    (_, index) => new CountingClient(relay.url, `${hub}-${index}`, [{ joinHub: hub }]),
  );
  for (const member of members) await member.settled(0);
  return members;
}

const fileOf = ({ data }: RestartingRelay) => join(data, SAVED_SESSIONS);

describe("R82 a restart by SIGTERM", () => {
  test("R82 R71 under load: every message and result arrives once and in order, over three restarts", async () => {
    await using relay = await RestartingRelay.start();
    const hubs = await Promise.all(["red", "green", "blue"].map((hub) => membersOf(relay, hub, 4)));
    const clients = hubs.flat();
    const TOTAL = 400;
    using load = new SteadyLoad(TOTAL, (n) => {
      for (const client of clients) client.send({ $ref: n, toH: client.name.split("-")[0] ?? "", n });
    });
    for (const part of [100, 200, 300]) {
      await until(`message ${part}`, () => load.done >= part);
      await relay.restart();
      await until("all to resume", () => clients.every(({ isLive }) => isLive));
    }
    await until("the last message", () => load.done === TOTAL);
    // When everybody's last message has been handled, one more reply comes after all of them.
    for (const ref of [TOTAL + 1, TOTAL + 2]) await Promise.all(clients.map((client) => client.settled(ref)));
    const all = Array.from({ length: TOTAL }, (_, index) => index + 1);
    for (const members of hubs) {
      for (const receiver of members) {
        expect(receiver.errors).toEqual([]);
        const refs = receiver.frames.flatMap(({ $ref }) => (typeof $ref === "number" ? [$ref] : []));
        expect(refs).toEqual([0, ...all, TOTAL + 1, TOTAL + 2]);
        for (const { name } of members) if (name !== receiver.name) expect(numbersFrom(receiver, name)).toEqual(all);
        expect(receiver.resumes).toBe(3);
        receiver[Symbol.dispose]();
      }
    }
  }, 60_000);

  test("R82 closes clients that can resume with 4004, and others as before", async () => {
    await using relay = await RestartingRelay.start();
    using ann = new CountingClient(relay.url, "ann");
    await ann.settled(1);
    const plain = new WebSocket(relay.url, ["achex.2"]);
    const closed = new Promise<number>((resolve) => {
      plain.onclose = ({ code }) => resolve(code);
    });
    await until("the other to connect", () => plain.readyState === WebSocket.OPEN);
    await relay.restart();
    expect([await closed, ann.closes[0]]).toEqual([STOPPING, RESTARTING]);
    await ann.settled(2);
    await relay.logs("sessions restored", { sessions: 1 });
    expect((await relay.metrics()).get("achex_restored_sessions")).toBe(1);
    expect(ann.errors).toEqual([]);
  });

  test("R82 handles frames that arrived and waited for their rate, once and in order", async () => {
    await using relay = await RestartingRelay.start({ "max-frames-per-second": 20 });
    using ann = new CountingClient(relay.url, "ann");
    await ann.settled(1);
    for (let n = 2; n <= 150; n++) ann.send({ $ref: n, echo: "x" });
    await until("some to be handled", () => ann.received > 20);
    await relay.restart({ "max-frames-per-second": 0 });
    await ann.settled(151);
    expect(ann.frames.map(({ $ref }) => $ref)).toEqual(Array.from({ length: 151 }, (_, index) => index + 1));
    expect(ann.errors).toEqual([]);
  });

  test("R82 keeps a name claimed, and its session", async () => {
    await using relay = await RestartingRelay.start({ auth: "claim" });
    using ann = new CountingClient(relay.url, "ann");
    await ann.settled(1);
    await relay.restart();
    await ann.settled(2);
    using other = new CountingClient(relay.url, "ann", [{ $ref: 1, setID: "ann", passwd: "guess" }]);
    await until("the other to be rejected", () => other.values("$fault").length > 0);
    expect(ann.errors).toEqual([]);
  });

  test("R82 a second signal, while it stops, changes nothing", async () => {
    await using relay = await RestartingRelay.start({ drain: 1 });
    using ann = new CountingClient(relay.url, "ann");
    await ann.settled(1);
    for (const signal of ["SIGTERM", "SIGTERM", "SIGINT"] as const) relay.signal(signal);
    expect(await relay.stopped()).toBe(0);
    await relay.start();
    await ann.settled(2);
    expect(ann.errors).toEqual([]);
  });

  test("R82 at any moment of a start loses no session", async () => {
    await using relay = await RestartingRelay.start();
    using ann = new CountingClient(relay.url, "ann");
    await ann.settled(1);
    relay.signal("SIGTERM");
    await relay.stopped();
    const starting = relay.start();
    relay.signal("SIGTERM");
    await Promise.allSettled([starting, relay.stopped()]);
    await relay.start();
    await ann.settled(2);
    expect(ann.errors).toEqual([]);
  });

  test("R82 with resume switched off stores nothing", async () => {
    await using relay = await RestartingRelay.start({ "resume-window": 0 });
    const plain = new WebSocket(relay.url, ["achex.2"]);
    await until("a client to connect", () => plain.readyState === WebSocket.OPEN);
    relay.signal("SIGTERM");
    expect(await relay.stopped()).toBe(0);
    expect(existsSync(fileOf(relay))).toBe(false);
  });
});

describe("R82 a client that does not notice", () => {
  test("R82 because its process is stopped continues with every message", async () => {
    await using relay = await RestartingRelay.start();
    const [sender] = await membersOf(relay, "hub", 1);
    if (!sender) throw new Error("no sender");
    const script = join(import.meta.dir, "../kit/counting-client-process.ts");
    await using child = Bun.spawn([process.execPath, script, relay.url, "sleeper", "hub", "90"], { stdout: "pipe" });
    const lines = new LineReader(child.stdout);
    expect(await lines.next()).toBe("ready");
    const send = (from: number) => {
      for (let n = from; n < from + 30; n++) sender.send({ toH: "hub", n });
    };
    send(1);
    child.kill("SIGSTOP");
    await relay.restart();
    send(31);
    await sender.settled(2);
    await relay.restart();
    send(61);
    child.kill("SIGCONT");
    const { numbers, errors } = JSON.parse(await lines.next());
    expect(numbers).toEqual(Array.from({ length: 90 }, (_, index) => index + 1));
    expect(errors).toEqual([]);
    sender[Symbol.dispose]();
  }, 60_000);

  test("R82 R74 because its connection is half-open does not delay the stop, and resumes", async () => {
    await using relay = await RestartingRelay.start();
    using ann = new CountingClient(relay.url, "ann");
    await ann.settled(1);
    // Never read again and never closed: to the relay it looks like a client behind a dead router.
    using silent = await RawSocket.open(relay.port, {
      path: "/root",
      headers: { "Sec-WebSocket-Protocol": "achex.2" },
    });
    silent.write(text('{"$resume":true}'), text('{"setID":"bob"}'));
    silent.stopReading();
    await until("bob to be logged in", async () => (await relay.metrics()).sessions === 2);
    await relay.restart();
    await relay.logs("sessions restored", { sessions: 2 });
    await ann.settled(2);
    expect(ann.errors).toEqual([]);
  });
});

describe("R82 sessions that cannot be saved or restored", () => {
  test("R82 on a full disk are closed with 4001, and the log says why", async () => {
    await using relay = await RestartingRelay.start();
    using ann = new CountingClient(relay.url, "ann");
    await ann.settled(1);
    symlinkSync("/dev/full", `${fileOf(relay)}.new`);
    relay.signal("SIGTERM");
    expect(await relay.stopped()).toBe(0);
    await relay.logs("the sessions cannot be saved; their clients start new ones", { error: "the disk is full" });
    expect(ann.closes[0]).toBe(STOPPING);
    await relay.start();
    await until("the resume to fail", () => ann.errors.length > 0);
    expect(ann.errors).toEqual(["resume-unknown"]);
  });

  test("R82 are dropped as a whole when the file is damaged, with one line in the log", async () => {
    await using relay = await RestartingRelay.start();
    using ann = new CountingClient(relay.url, "ann");
    await ann.settled(1);
    relay.signal("SIGTERM");
    await relay.stopped();
    const file = readFileSync(fileOf(relay));
    file.writeUInt8(file.readUInt8(100) ^ 1, 100);
    writeFileSync(fileOf(relay), file);
    await relay.start();
    await until("the resume to fail", () => ann.errors.length > 0);
    expect(ann.errors).toEqual(["resume-unknown"]);
    const lines = relay.log.filter(({ message }) => message.includes("saved sessions"));
    expect(lines.map(({ properties }) => properties.reason)).toEqual(["it is damaged or truncated"]);
  });

  test("R82 are loaded once: a crash right after loading loses them instead of repeating frames", async () => {
    await using relay = await RestartingRelay.start();
    using ann = new CountingClient(relay.url, "ann");
    await ann.settled(1);
    relay.signal("SIGTERM");
    await relay.stopped();
    await relay.start();
    relay.signal("SIGKILL");
    await relay.stopped();
    expect(existsSync(fileOf(relay))).toBe(false);
    await relay.start();
    expect(relay.lineOf("sessions restored")).toBeUndefined();
    await until("the resume to fail", () => ann.errors.length > 0);
    expect(ann.errors).toEqual(["resume-unknown"]);
  });

  test("R82 after SIGKILL are unknown, and clients are notified", async () => {
    await using relay = await RestartingRelay.start();
    using ann = new CountingClient(relay.url, "ann");
    await ann.settled(1);
    relay.signal("SIGKILL");
    await relay.stopped();
    await relay.start();
    await until("the resume to fail", () => ann.errors.length > 0);
    expect(ann.errors).toEqual(["resume-unknown"]);
  });

  test("R82 stay saved when the relay cannot start, because its port is in use", async () => {
    await using relay = await RestartingRelay.start();
    using ann = new CountingClient(relay.url, "ann");
    await ann.settled(1);
    relay.signal("SIGTERM");
    await relay.stopped();
    {
      await using _other = Bun.serve({ port: relay.port, hostname: "127.0.0.1", fetch: () => new Response() });
      await expect(relay.start()).rejects.toThrow();
    }
    await relay.start();
    await ann.settled(2);
    expect(ann.errors).toEqual([]);
  });
});
