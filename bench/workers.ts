// What do two workers on one port bring, and what is lost when one of them stops? Does a flood through one node delay the clients of
// another? bun bench/workers.ts [--seconds N] [--out FILE]; needs nats-server. BENCH_CHECKOUT names another checkout to measure.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fanOut } from "./cluster/fan-out.ts";
import { connectAs, healthOf, natsUrl, startNats, startNodes, startRelay } from "./cluster/nodes.ts";
import { pairs } from "./cluster/pairs.ts";
import { RawClient } from "./hostile/kit/raw-client.ts";
import { percentile, report } from "./lib/one-result.ts";
import { launch, stopProcess } from "./lib/processes.ts";
import { freePort } from "./lib/server.ts";
import { familyOf } from "./lib/started.ts";

const PAIRS = 40;
const MEMBERS = 500;
const FAN_OUT_UNDER_WAY = 8;
const FLOODERS = 8;
const PROBES_PER_SECOND = 200;
/** Fewer than the ports of this machine, because each stays in use for a while. */
const CONNECTIONS = 20_000;
const AT_ONCE = 20;
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

/** Time from sending a message until its receiver at the same node has it, a few hundred times per second. */
async function bystander(port: number, seconds: number) {
  const [sender, receiver] = [await connectAs(port, "Ann"), await connectAs(port, "Bob")];
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
  await connectAs(to, "victim");
  const text = `{"to":"victim","p":"${"x".repeat(80)}"}`;
  const clients = [];
  for (let index = 0; index < FLOODERS; index++) clients.push(await connectAs(from, `f${index}`));
  for (;;) {
    for (const one of clients) for (let n = 0; n < 100; n++) one.text(text);
    await Promise.all(clients.map((one) => one.flushed()));
    await Bun.sleep(1);
  }
}

async function floodThroughAnotherNode(folder: string, seconds: number) {
  const nats = await startNats(folder);
  const [one, two] = await startNodes(folder, 2, natsUrl(nats));
  if (!one || !two) throw new Error("two nodes were started");
  const without = await bystander(two.port, seconds);
  const script = fileURLToPath(import.meta.url);
  const flooding = launch([process.execPath, script, "--flood", `${one.port},${two.port}`]);
  await Bun.sleep(2_000);
  const during = await bystander(two.port, seconds);
  await stopProcess(flooding);
  for (const process of [one, two, ...nats]) await process.stop();
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
      const relay = await startRelay(join(folder, `w${workers}`), { workers });
      const pids = familyOf(relay.pid);
      results[`workers${workers}`] = {
        processes: pids.length,
        pairs: await pairs({ from: relay.port, to: relay.port }, PAIRS, pids, seconds),
        fanOut: await fanOut([relay.port], MEMBERS, FAN_OUT_UNDER_WAY, pids, seconds),
      };
      await relay.stop();
    }
    const admin = await freePort();
    const relay = await startRelay(join(folder, "stops"), { workers: 2, "admin-port": admin });
    const stops = await connectionsDuring(relay.port, () => stopWorkers(admin, 4));
    await relay.stop();
    return { pairs: PAIRS, members: MEMBERS, messageBytes: 100, ...results, fourStops: stops, floods };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
