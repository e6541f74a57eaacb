// What do two workers on one port bring, and what is lost when one of them stops? Does a flood through one node delay the clients of
// another? bun bench/workers.ts [--seconds N] [--out FILE]; needs nats-server. BENCH_CHECKOUT names another checkout to measure.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { RawClient } from "./hostile/kit/raw-client.ts";
import { achexOf } from "./hostile/kit/relay.ts";
import { percentile, report } from "./kept/relay.ts";
import { launch, stopProcess } from "./lib/processes.ts";
import { freePort, untilItListens } from "./lib/server.ts";

const PAIRS = 40;
const WINDOW = 32;
const MEMBERS = 500;
const FLOODERS = 8;
const PROBES_PER_SECOND = 200;
/** Fewer than the ports of this machine, because each stays in use for a while. */
const CONNECTIONS = 20_000;
const AT_ONCE = 20;
const checkout = process.env.BENCH_CHECKOUT ?? fileURLToPath(new URL("..", import.meta.url));
const UNLIMITED = [
  "--max-frames-per-second",
  "0",
  "--max-bytes-per-second",
  "0",
  "--max-delivered-bytes-per-second",
  "0",
];

interface Started {
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

async function start(name: string, command: (port: number) => readonly string[]): Promise<Started> {
  const port = await freePort();
  const child = launch(command(port));
  let log = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-2_000);
    });
  await untilItListens(name, child, port, () => log);
  if (child.pid === undefined) throw new Error(`${name} could not be started`);
  return { port, pid: child.pid, stop: () => stopProcess(child, 10_000) };
}

const startRelay = (data: string, ...flags: readonly string[]): Promise<Started> =>
  start("the relay", (port) => [
    ...achexOf(checkout),
    ...["serve", "--port", `${port}`, "--data", data, "--drain", "0", "--log-level", "error", ...UNLIMITED, ...flags],
  ]);

const statOf = (pid: number | string): string[] =>
  readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];

/** A process and those that it started, also those of theirs. */
function familyOf(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc").filter((one) => /^\d+$/.test(one))) {
    try {
      parents.set(Number(name), Number(statOf(name)[1]));
    } catch {
      // It has ended meanwhile.
    }
  }
  const family = [root];
  for (const one of family) for (const [pid, parent] of parents) if (parent === one) family.push(pid);
  return family;
}

/** Seconds of CPU that processes have used. */
const cpuOf = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => {
    const fields = statOf(pid);
    return sum + (Number(fields[11]) + Number(fields[12])) / 100;
  }, 0);

async function connect(port: number, name: string): Promise<RawClient> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const client = await RawClient.connect({ port, instance: "bench", address: "127.0.0.1", achex2: true }, (text) => {
    if (text.startsWith('{"$ref":0')) resolve();
  });
  client.text(JSON.stringify({ $ref: 0, setID: name }));
  await promise;
  return client;
}

/** Messages per second of pairs on any workers, each with a few under way, and the CPU of all processes of the relay. */
async function pairs({ port, pid }: Started, seconds: number) {
  let received = 0;
  let isOver = false;
  const clients: RawClient[] = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    const [sender, receiver] = [await connect(port, `s${pair}`), await connect(port, `r${pair}`)];
    const text = `{"to":"r${pair}","p":"${"x".repeat(80)}"}`;
    receiver.onText = () => {
      received++;
      if (!isOver) sender.text(text);
    };
    for (let n = 0; n < WINDOW; n++) sender.text(text);
    clients.push(sender, receiver);
  }
  await Bun.sleep(1_000);
  const family = familyOf(pid);
  const before = { received, cpu: cpuOf(family), at: performance.now() };
  await Bun.sleep(seconds * 1_000);
  const messages = received - before.received;
  const elapsed = (performance.now() - before.at) / 1_000;
  const cpu = cpuOf(family) - before.cpu;
  isOver = true;
  for (const one of clients) one.drop();
  return {
    processes: family.length,
    perSecond: Math.round(messages / elapsed),
    coresUsed: Math.round((cpu / elapsed) * 100) / 100,
    microsecondsOfCpuPerMessage: Math.round((cpu / messages) * 1e7) / 10,
  };
}

/** Deliveries per second of a broadcast to many, whose sender waits for its own messages. */
async function fanOut({ port, pid }: Started, seconds: number) {
  let received = 0;
  let isOver = false;
  const members: RawClient[] = [];
  for (let n = 0; n < MEMBERS; n++) {
    // What nobody reads costs this process the least.
    const member = await RawClient.connect({ port, instance: "bench", address: "127.0.0.1" });
    member.text(`{"auth":"m${n}"}`);
    member.text('{"cmd":"register_broadcast","bid":"b"}');
    members.push(member);
  }
  const sender = await connect(port, "sender");
  sender.text('{"cmd":"register_broadcast","bid":"b"}');
  await Bun.sleep(1_000);
  const text = `{"bc":"b","p":"${"x".repeat(80)}"}`;
  sender.onText = (frame) => {
    if (!frame.startsWith('{"bc"')) return;
    received++;
    if (!isOver) sender.text(text);
  };
  for (let n = 0; n < 8; n++) sender.text(text);
  await Bun.sleep(500);
  const family = familyOf(pid);
  const before = { received, cpu: cpuOf(family), at: performance.now() };
  await Bun.sleep(seconds * 1_000);
  const deliveries = (received - before.received) * MEMBERS;
  const elapsed = (performance.now() - before.at) / 1_000;
  const cpu = cpuOf(family) - before.cpu;
  isOver = true;
  for (const one of [sender, ...members]) one.drop();
  return {
    deliveriesPerSecond: Math.round(deliveries / elapsed),
    coresUsed: Math.round((cpu / elapsed) * 100) / 100,
    microsecondsOfCpuPerDelivery: Math.round((cpu / deliveries) * 1e8) / 100,
  };
}

/** Opens connections all the time; returns how many failed while `act` ran. */
async function connectionsDuring(port: number, act: () => Promise<void>) {
  let failed = 0;
  let opened = 0;
  let isOver = false;
  const loop = async (): Promise<void> => {
    while (!isOver && opened < CONNECTIONS) {
      opened++;
      try {
        const client = await RawClient.connect({ port, instance: "bench", address: "127.0.0.1" });
        client.drop();
      } catch {
        failed++;
      }
      await Bun.sleep(5);
    }
  };
  const loops = Array.from({ length: AT_ONCE }, loop);
  await act();
  isOver = true;
  await Promise.all(loops);
  return { opened, failed };
}

/** Stops one worker after the other, each after the one before is back. */
async function stopWorkers(admin: number, times: number): Promise<void> {
  for (let time = 0; time < times; time++) {
    const before = await healthOf(admin);
    const worker = before.workers?.[time % (before.workers.length || 1)];
    if (!worker) throw new Error("there are no workers");
    await Bun.sleep(300);
    process.kill(worker.pid, "SIGTERM");
    for (;;) {
      const { workers } = await healthOf(admin);
      const again = workers?.[time % workers.length];
      if (again && again.restarts > worker.restarts && again.status === "ok") break;
      await Bun.sleep(50);
    }
  }
}

interface Health {
  readonly nodes?: number;
  readonly workers?: readonly { readonly pid: number; readonly restarts: number; readonly status: string }[];
}

async function healthOf(port: number): Promise<Health> {
  const health: Health = JSON.parse(await (await fetch(`http://127.0.0.1:${port}/health`)).text());
  return health;
}

/** Time from sending a message until its receiver at the same node has it, a few hundred times per second. */
async function bystander(port: number, seconds: number) {
  const [sender, receiver] = [await connect(port, "Ann"), await connect(port, "Bob")];
  const times: number[] = [];
  receiver.onText = (text) => times.push(performance.now() - Number(/"at":([\d.]+)/.exec(text)?.[1]));
  for (let n = 0; n < seconds * PROBES_PER_SECOND; n++) {
    sender.text(`{"to":"Bob","at":${performance.now()}}`);
    await Bun.sleep(1_000 / PROBES_PER_SECOND);
  }
  await Bun.sleep(500);
  for (const one of [sender, receiver]) one.drop();
  times.sort((a, b) => a - b);
  const rounded = (share: number): number => Math.round(percentile(times, share) * 100) / 100;
  return { p50: rounded(0.5), p99: rounded(0.99), most: rounded(1), arrived: times.length };
}

/** Run in a process of its own: clients of one node send to one client of another as fast as they can. */
async function flood(from: number, to: number): Promise<void> {
  await connect(to, "victim");
  const text = `{"to":"victim","p":"${"x".repeat(80)}"}`;
  const clients = [];
  for (let index = 0; index < FLOODERS; index++) clients.push(await connect(from, `f${index}`));
  for (;;) {
    for (const one of clients) for (let n = 0; n < 100; n++) one.text(text);
    await Promise.all(clients.map((one) => one.flushed()));
    await Bun.sleep(1);
  }
}

async function floodThroughAnotherNode(folder: string, seconds: number) {
  const nats = await start("nats-server", (port) => [
    "nats-server",
    "-a",
    "127.0.0.1",
    "-p",
    `${port}`,
    "-js",
    "-sd",
    join(folder, "n"),
  ]);
  const own = (name: string) => ["--cluster", `nats://127.0.0.1:${nats.port}`, "--node", name];
  const one = await startRelay(join(folder, "a"), ...own("a"));
  const two = await startRelay(join(folder, "b"), ...own("b"));
  while ((await healthOf(two.port)).nodes !== 2) await Bun.sleep(50);
  const without = await bystander(two.port, seconds);
  const script = fileURLToPath(import.meta.url);
  const flooding = launch([process.execPath, script, "--flood", `${one.port},${two.port}`]);
  await Bun.sleep(2_000);
  const during = await bystander(two.port, seconds);
  await stopProcess(flooding);
  for (const process of [one, two, nats]) await process.stop();
  return { floodingClients: FLOODERS, millisecondsWithout: without, millisecondsDuring: during };
}

const floodAt = Bun.argv.indexOf("--flood");
if (floodAt > 0) {
  const [from = 0, to = 0] = (Bun.argv[floodAt + 1] ?? "").split(",").map(Number);
  await flood(from, to);
}

await report(async (seconds) => {
  const folder = mkdtempSync(join(tmpdir(), "bench-workers-"));
  try {
    const floods = await floodThroughAnotherNode(folder, seconds);
    if (process.env.BENCH_CHECKOUT) return { floods };
    const results: Record<string, object> = {};
    for (const workers of [1, 2]) {
      const relay = await startRelay(join(folder, `w${workers}`), "--workers", `${workers}`);
      results[`workers${workers}`] = { pairs: await pairs(relay, seconds), fanOut: await fanOut(relay, seconds) };
      await relay.stop();
    }
    const admin = await freePort();
    const relay = await startRelay(join(folder, "stops"), "--workers", "2", "--admin-port", `${admin}`);
    const stops = await connectionsDuring(relay.port, () => stopWorkers(admin, 4));
    await relay.stop();
    return { pairs: PAIRS, members: MEMBERS, messageBytes: 100, ...results, fourStops: stops, floods };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
