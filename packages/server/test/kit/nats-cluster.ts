import { freePort } from "./restarting-relay.ts";

/** The options of `startNats` for each server of a cluster of NATS. JetStream works once more than half of them run. */
export async function natsClusterOptions(size: number): Promise<readonly string[][]> {
  const routes: string[] = [];
  while (routes.length < size) routes.push(`nats://127.0.0.1:${await freePort()}`);
  return routes.map((route, index) => [
    ...["-n", `server-${index + 1}`, "--cluster_name", "test", "--cluster", route],
    ...["--routes", routes.join(",")],
  ]);
}
