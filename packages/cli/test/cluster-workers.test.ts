import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { TestClient } from "../../server/test/kit/client.ts";
import { CountingClient } from "../../server/test/kit/counting-client.ts";
import { startPlainNats } from "../../server/test/kit/nats-server.ts";
import { until, within } from "../../server/test/kit/wait.ts";
import { achex, type Running, start } from "./kit/achex.ts";
import { temporaryFolder } from "./kit/serve.ts";

interface Event {
  readonly node?: string;
  readonly message: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

interface Worker {
  readonly node: string;
  readonly status: string;
  readonly pid: number;
  readonly sessions: number;
  readonly restarts: number;
  readonly nodes: number;
}

interface Health {
  readonly status: string;
  readonly sessions: number;
  readonly workers: readonly Worker[];
}

interface WorkersRelay extends AsyncDisposable {
  readonly command: Running;
  readonly address: string;
  readonly data: string;
  health(): Promise<Health>;
  metrics(): Promise<string>;
}

async function eventWith(command: Running, property: string): Promise<Event> {
  for (;;) {
    const event: Event = JSON.parse(await command.out.next(`an event with ${property}`, 40_000));
    if (event.properties && property in event.properties) return event;
  }
}

const serveWorkers = (...args: readonly string[]): Promise<WorkersRelay> => serveIn(temporaryFolder(), ...args);

async function serveIn(folder: ReturnType<typeof temporaryFolder>, ...args: readonly string[]): Promise<WorkersRelay> {
  const own = ["--workers", "2", "--port", "0", "--admin-port", "0", "--data", folder.path, "--drain", "0"];
  const command = start(["serve", ...own, "--log", "json", ...args], { cwd: folder.path });
  const { properties } = await eventWith(command, "workers");
  const admin = `http://127.0.0.1:${properties.admin}`;
  return {
    command,
    address: `ws://127.0.0.1:${properties.main}/`,
    data: folder.path,
    health: async () => JSON.parse(await (await fetch(`${admin}/health`)).text()),
    metrics: async () => (await fetch(`${admin}/metrics`)).text(),
    async [Symbol.asyncDispose]() {
      await command[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

/** Session ids tell the workers apart: each has blocks of its own. */
const blockOf = ({ id }: { readonly id: number }): number => id >>> 12;

/** A client on each of two workers; the system chooses which one gets a connection. */
async function clientsOnBoth(address: string) {
  const first = await TestClient.classic(address, "ann");
  for (;;) {
    const second = await TestClient.classic(address, "bob");
    if (blockOf(second) !== blockOf(first)) return [first, second] as const;
    await second.close();
  }
}

const isRunning = (pid: number): boolean => existsSync(`/proc/${pid}`);

/** The nats-server that uses the folder. */
function natsOf(data: string): number | undefined {
  const file = join(data, "nats", "nats.conf");
  const lines = Bun.spawnSync(["ps", "-A", "-ww", "-o", "pid=,args="]).stdout.toString().split("\n");
  const line = lines.find((one) => /^ *\d+ nats-server /.test(one) && one.endsWith(file));
  return line === undefined ? undefined : Number.parseInt(line, 10);
}

const untilJoined = (relay: WorkersRelay): Promise<void> =>
  until("the workers to be one relay", async () => {
    const { status, workers } = await relay.health();
    return status === "ok" && workers.every(({ nodes }) => nodes === 2);
  });

describe("achex serve --workers", () => {
  test("workers share a port and are one relay; the admin port adds them up; SIGTERM ends all of it", async () => {
    await using relay = await serveWorkers("--node", "eu");
    await untilJoined(relay);
    const [ann, bob] = await clientsOnBoth(relay.address);
    ann.send({ to: "bob", n: 1 });
    expect(await bob.json()).toMatchObject({ to: "bob", n: 1, FROM: "ann" });
    await until("both sessions to be counted", async () => (await relay.health()).sessions === 2);
    const { workers } = await relay.health();
    expect(workers.map(({ node, sessions }) => [node, sessions])).toEqual([
      ["eu-1", 1],
      ["eu-2", 1],
    ]);
    const metrics = await relay.metrics();
    for (const node of ["eu-1", "eu-2"]) {
      expect(metrics).toContain(`achex_worker_up{node="${node}"} 1`);
      expect(metrics).toContain(`achex_sessions{node="${node}",dialect="classic"} 1`);
    }
    expect(metrics.match(/^# TYPE achex_sessions gauge$/gm)).toHaveLength(1);
    const nats = natsOf(relay.data);
    expect(nats).toBeDefined();
    relay.command.signal("SIGTERM");
    for (const client of [ann, bob]) expect((await within("the end of a session", client.closed)).code).toBe(1001);
    const { code, out } = await within("the relay to end", relay.command.ended);
    expect(code).toBe(0);
    expect(natsOf(relay.data)).toBeUndefined();
    expect(workers.filter(({ pid }) => isRunning(pid))).toEqual([]);
    const events: Event[] = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(new Set(events.map(({ node }) => node))).toEqual(new Set([undefined, "eu-1", "eu-2"]));
  }, 90_000);

  test("a worker that dies is started again, and so is nats-server; the others go on", async () => {
    await using relay = await serveWorkers();
    await untilJoined(relay);
    const [ann, bob] = await clientsOnBoth(relay.address);
    const [first] = (await relay.health()).workers;
    if (!first) throw new Error("there are no workers");
    process.kill(first.pid, "SIGKILL");
    await within("a session on the dead worker to end", Promise.race([ann.closed, bob.closed]));
    await until("the worker to be back", async () => {
      const [again] = (await relay.health()).workers;
      return again?.restarts === 1 && again.status === "ok";
    });
    await untilJoined(relay);
    const nats = natsOf(relay.data);
    if (nats === undefined) throw new Error("there is no nats-server");
    process.kill(nats, "SIGKILL");
    await until("nats-server to be back", () => {
      const again = natsOf(relay.data);
      return again !== undefined && again !== nats;
    });
    await untilJoined(relay);
    const [carl, dora] = await clientsOnBoth(relay.address);
    carl.send({ toS: dora.id, n: 2 });
    expect(await dora.json()).toMatchObject({ n: 2 });
  }, 90_000);

  test("R70 after a restart, sessions on both workers go on, with all that was sent before and after", async () => {
    const folder = temporaryFolder();
    const before = await serveIn(folder);
    await untilJoined(before);
    const clients = Array.from(
      { length: 6 },
      (_, index) => new CountingClient(before.address, `c${index}`, [{ joinHub: "h" }]),
    );
    for (const client of clients) await until("a session", () => client.isLive && client.unacknowledged === 0);
    const [sender, ...others] = clients;
    let sent = 0;
    const send = (): void => void sender?.send({ toH: "h", n: ++sent });
    for (let n = 0; n < 20; n++) send();
    before.command.signal("SIGTERM");
    expect((await within("the relay to end", before.command.ended, 40_000)).code).toBe(0);
    await using _after = await serveIn(folder, "--port", new URL(before.address).port);
    for (const client of clients) await until("a resume", () => client.isLive && client.resumes > 0, 40_000);
    for (let n = 0; n < 20; n++) send();
    for (const client of others) {
      await until("all messages", () => client.values("n").length >= sent, 40_000);
      expect(client.values("n")).toEqual(Array.from({ length: sent }, (_, n) => n + 1));
      expect(client.errors).toEqual([]);
    }
    for (const client of clients) client[Symbol.dispose]();
  }, 120_000);

  test("SIGKILL of the supervisor ends workers and nats-server", async () => {
    await using relay = await serveWorkers();
    const { workers } = await relay.health();
    const parent = Number(Bun.spawnSync(["ps", "-o", "ppid=", "-p", `${workers[0]?.pid}`]).stdout.toString());
    process.kill(parent, "SIGKILL");
    await until("the workers to end", () => !workers.some(({ pid }) => isRunning(pid)));
    await until("nats-server to end", () => natsOf(relay.data) === undefined);
  }, 90_000);

  test("what prevents a start is said in one line", async () => {
    await using relay = await serveWorkers();
    const refusal = async (...args: readonly string[]): Promise<string> => {
      using folder = temporaryFolder();
      const { code, err } = await achex(["serve", "--workers", "2", "--data", folder.path, ...args], {
        cwd: folder.path,
      });
      expect(code).toBe(1);
      return err;
    };
    const { port } = new URL(relay.address);
    expect(await refusal("--port", port)).toContain(`port ${port} is in use by another program`);
    expect(await refusal("--port", "0", "--data", relay.data)).toContain("another relay is using it");
    expect(await refusal("--workers", "0")).toContain("use a whole number from 1 to 99");
    expect(await refusal("--port", "4010", "--admin-port", "4010")).toContain("port and admin-port are both 4010");
    await using plain = await startPlainNats();
    expect(await refusal("--port", "0", "--node", "eu", "--cluster", plain.url)).toMatch(
      /a worker could not start: the cluster at nats:.* cannot be joined .*: NATS runs without JetStream; start nats-server with -js/,
    );
  }, 90_000);

  test("a relay that waits for NATS says so, and a signal ends it, also with workers", async () => {
    for (const workers of ["1", "2"]) {
      using folder = temporaryFolder();
      const own = ["--workers", workers, "--port", "0", "--data", folder.path, "--log", "json"];
      await using command = start(["serve", ...own, "--node", "eu", "--cluster", "nats://127.0.0.1:1"], {
        cwd: folder.path,
      });
      expect((await eventWith(command, "cause")).message).toBe("waiting for the cluster");
      command.signal("SIGTERM");
      expect((await within("the relay to end", command.ended)).code).toBe(0);
    }
  }, 90_000);

  test("without nats-server it says what to install", async () => {
    using folder = temporaryFolder();
    const { code, err } = await achex(["serve", "--workers", "2", "--port", "0", "--data", folder.path], {
      env: { PATH: "/nonexistent" },
      by: [process.execPath, new URL("../src/main.ts", import.meta.url).pathname],
    });
    expect([code, err]).toEqual([
      1,
      "achex: nats-server, which connects the workers, is not installed; on Debian and Ubuntu: apt-get install nats-server; or name one with --cluster\n",
    ]);
  });
});
