import { expect, test } from "bun:test";
import { TestClient } from "../../server/test/kit/client.ts";
import { within } from "../../server/test/kit/wait.ts";
import { LAUNCHER } from "./kit/achex.ts";
import { serve, serveIn } from "./kit/serve.ts";

/** The child processes of a process. */
function childrenOf(parent: number): number[] {
  const lines = Bun.spawnSync(["ps", "-A", "-o", "pid=,ppid="]).stdout.toString().trim().split("\n");
  const pairs = lines.map((line) => line.trim().split(/ +/).map(Number));
  return pairs.flatMap(([pid, owner]) => (owner === parent && pid !== undefined ? [pid] : []));
}

/** As npm runs scripts: in a shell that keeps running and does not forward signals. */
const IN_A_SHELL = ["sh", "-c", 'node "$0" "$@"; exit $?', LAUNCHER];

test("SIGKILL of the launcher: the relay stops as at SIGTERM", async () => {
  await using served = await serve();
  const client = await TestClient.classic(`ws://${served.classic}/`, "alice");
  served.command.signal("SIGKILL");
  expect((await within("the session to be closed", client.closed)).code).toBe(1001);
  // Ends only when no process has the output open.
  const { out } = await within("the relay to end", served.command.ended, 10_000);
  expect(out.trimEnd().split("\n").at(-1)).toContain('"stopped"');
});

test("npm and its shell gone: the relay stops as at SIGTERM", async () => {
  await using served = await serveIn({ by: IN_A_SHELL, env: { npm_lifecycle_event: "start" } });
  const client = await TestClient.classic(`ws://${served.classic}/`, "alice");
  served.command.signal("SIGTERM");
  expect((await within("the session to be closed", client.closed)).code).toBe(1001);
  const { out } = await within("the relay to end", served.command.ended, 10_000);
  expect(out.trimEnd().split("\n").at(-1)).toContain('"stopped"');
});

test("SIGKILL of the relay: the launcher says so, and ends as a shell would", async () => {
  await using served = await serve();
  for (const relay of childrenOf(served.command.pid)) process.kill(relay, "SIGKILL");
  const { code, err } = await within("the launcher to end", served.command.ended, 10_000);
  expect(code).toBe(137);
  expect(err).toBe("achex: ended by SIGKILL; unless somebody sent it, the system had no memory left\n");
});
