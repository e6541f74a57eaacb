import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TestClient } from "../kit/client.ts";
import type { TestCluster } from "../kit/cluster.ts";
import { until } from "../kit/wait.ts";

export const EXAMPLES = join(import.meta.dir, "../../../../examples/scaling");

/** How a load balancer is started with a configuration. */
export interface BalancerKind {
  readonly name: string;
  /** In examples/scaling. */
  readonly file: string;
  command(file: string, folder: string): readonly string[];
  /** Makes it listen on a port of this machine. */
  listen(configuration: string, port: number): string;
}

export const kinds: readonly BalancerKind[] = [
  {
    name: "nginx",
    file: "nginx.conf",
    command: (file, folder) => [
      "nginx",
      "-c",
      file,
      "-p",
      folder,
      "-g",
      "daemon off; pid nginx.pid; error_log stderr;",
    ],
    listen: (text, port) =>
      text
        .replace("listen 80;", `listen 127.0.0.1:${port}; access_log off;`)
        .replace("65536;", "1024;")
        .replace("131072;", "2048;"),
  },
  {
    name: "HAProxy",
    file: "haproxy.cfg",
    command: (file) => ["haproxy", "-f", file],
    listen: (text, port) => text.replace("bind :80", `bind 127.0.0.1:${port}`).replace("maxconn 50000", "maxconn 500"),
  },
  {
    name: "Caddy",
    file: "Caddyfile",
    command: (file) => ["caddy", "run", "--config", file, "--adapter", "caddyfile"],
    listen: (text, port) => `{\n\tadmin off\n}\n${text.replace("relay.example.org", `http://127.0.0.1:${port}`)}`,
  },
];

export interface Balancer extends AsyncDisposable {
  readonly port: number;
}

function freePort(): number {
  using server = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  return server.port;
}

/** Starts a load balancer with the configuration of the example, in front of the first two nodes. */
export async function startBalancer(kind: BalancerKind, cluster: TestCluster): Promise<Balancer> {
  const folder = mkdtempSync(join(tmpdir(), "achex-balancer-"));
  const port = freePort();
  let text = kind.listen(readFileSync(join(EXAMPLES, kind.file), "utf8"), port);
  for (const index of [1, 2])
    text = text.replaceAll(`10.0.0.1${index}:4010`, `127.0.0.1:${cluster.node(index).ports.main}`);
  const file = join(folder, kind.file);
  writeFileSync(file, text);
  const child = Bun.spawn([...kind.command(file, folder)], {
    stdio: ["ignore", "ignore", "ignore"],
    env: { ...process.env, HOME: folder },
  });
  await until(`${kind.name} to pass requests on`, async () => {
    if (child.exitCode !== null) throw new Error(`${kind.name} has ended`);
    const response = await fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined);
    return response?.status === 200;
  });
  return {
    port,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child.exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Session ids say which node has them: each has blocks of its own. */
export const blockOf = ({ id }: { readonly id: number }): number => id >>> 12;

export const connectBy = ({ port }: Balancer, name: string): Promise<TestClient & { readonly id: number }> =>
  TestClient.classic(`ws://127.0.0.1:${port}/`, name);
