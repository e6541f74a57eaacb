import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command, Option } from "commander";
import { Failure } from "../failure.ts";
import { interrupted } from "../interrupted.ts";
import { EXIT_CODES, wholeNumber } from "../options.ts";
import { notice } from "../terminal.ts";

const MAX_NODES = 16;
const POLL_MILLISECONDS = 100;
const START_MILLISECONDS = 60_000;

interface DevFlags {
  readonly nodes: number;
  readonly port: number;
}

interface Child {
  readonly name: string;
  readonly exited: Promise<number>;
  readonly exitCode: number | null;
  kill(signal?: NodeJS.Signals): void;
}

/** Starts a process that ends with this one. Its output goes to standard error, because that of this command is the addresses. */
function start(name: string, command: readonly string[]): Child {
  try {
    // With the channel, a relay notices that this process was killed (see endWithLauncher in main.ts).
    const child = Bun.spawn([...command], { stdio: ["ignore", 2, 2], ipc() {} });
    return {
      name,
      exited: child.exited,
      get exitCode() {
        return child.exitCode;
      },
      kill: (signal) => child.kill(signal),
    };
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    if (!isMissing) throw error;
    throw new Failure(`${command[0]} is not installed; on Debian and Ubuntu: apt-get install nats-server`);
  }
}

/** The number of nodes that a relay knows of; 0 when it does not answer yet. */
async function nodesKnownTo(port: number): Promise<number> {
  try {
    const health: unknown = await (await fetch(`http://127.0.0.1:${port}/health`)).json();
    return typeof health === "object" && health !== null && "nodes" in health ? Number(health.nodes) : 0;
  } catch {
    return 0;
  }
}

async function untilJoined(ports: readonly number[], children: readonly Child[]): Promise<void> {
  const end = performance.now() + START_MILLISECONDS;
  for (const port of ports) {
    while ((await nodesKnownTo(port)) < ports.length) {
      const ended = children.find(({ exitCode }) => exitCode !== null);
      if (ended) throw new Failure(`${ended.name} has ended; its output says why`);
      if (performance.now() > end) throw new Failure(`the node on port ${port} has not found the others`);
      await Bun.sleep(POLL_MILLISECONDS);
    }
  }
}

/** NATS and relays on this machine, until they are stopped. */
async function runCluster({ nodes, port }: DevFlags): Promise<void> {
  const script = process.argv[1];
  if (script === undefined) throw new Failure("this command does not know its own file");
  const stopped = interrupted();
  const folder = mkdtempSync(join(tmpdir(), "achex-cluster-"));
  const natsPort = port + MAX_NODES;
  const nats = ["nats-server", "-a", "127.0.0.1", "-p", `${natsPort}`, "-js", "-sd", join(folder, "nats")];
  const ports = Array.from({ length: nodes }, (_, index) => port + index);
  const children: Child[] = [];
  try {
    children.push(start("nats-server", nats));
    const cluster = `nats://127.0.0.1:${natsPort}`;
    // Relays do not wait for NATS, so it must be there before them.
    await untilListening(natsPort, children);
    for (const [index, own] of ports.entries()) {
      const data = join(folder, `n${index + 1}`);
      const flags = ["--cluster", cluster, "--node", `n${index + 1}`, "--accounts", folder, "--log", "json"];
      children.push(
        start(`n${index + 1}`, [process.execPath, script, "serve", "--port", `${own}`, "--data", data, ...flags]),
      );
    }
    await untilJoined(ports, children);
    const lines = ports.map((own, index) => `n${index + 1}    ws://localhost:${own}  http://localhost:${own}`);
    process.stdout.write(`${[`nats  ${cluster}`, ...lines].join("\n")}\n`);
    notice("what one node is sent reaches the clients of all; Ctrl-C stops them and deletes their data");
    await stopped;
  } finally {
    // NATS last, so that the relays can say goodbye to each other.
    const [first, ...relays] = children;
    for (const relay of relays) relay.kill("SIGTERM");
    await Promise.all(relays.map(({ exited }) => exited));
    first?.kill("SIGTERM");
    await first?.exited;
    rmSync(folder, { recursive: true, force: true });
  }
}

async function untilListening(port: number, children: readonly Child[]): Promise<void> {
  const end = performance.now() + START_MILLISECONDS;
  for (;;) {
    if (children.some(({ exitCode }) => exitCode !== null))
      throw new Failure("nats-server has ended; its output says why");
    try {
      const socket = await Bun.connect({ hostname: "127.0.0.1", port, socket: { data() {} } });
      socket.end();
      return;
    } catch (error) {
      if (performance.now() > end) throw error;
      await Bun.sleep(POLL_MILLISECONDS);
    }
  }
}

const FOOTER = `
Example:
  $ achex cluster dev --nodes 3

docs/scaling.md explains how to run a cluster on several machines.
${EXIT_CODES}`;

export function clusterCommand(): Command {
  const dev = new Command("dev")
    .description("Start nats-server and several relays that are one, on this machine, for trying and for tests.")
    .addOption(new Option("--nodes <N>", "number of relays").argParser(wholeNumber(1, MAX_NODES)).default(3))
    .addOption(
      new Option("--port <PORT>", "port of the first relay; the others follow")
        .argParser(wholeNumber(1, 65_000))
        .default(4010),
    )
    .addHelpText("after", FOOTER)
    .action(runCluster);
  return new Command("cluster").description("Try several relays that are one.").addCommand(dev);
}
