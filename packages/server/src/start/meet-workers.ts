import { type Clock, pause } from "../clock.ts";
import type { Config } from "../config/config.ts";
import type { Log } from "../log/log.ts";

/** A worker that is not there by then does not delay the others any more. */
const MEETING_MILLISECONDS = 2_000;
const STEP_MILLISECONDS = 10;

/** What is needed of a cluster. */
interface MetCluster {
  readonly links: { peer(node: string): { readonly isReady: boolean } | undefined };
  askAll(): Promise<void>;
}

/** Names of the nodes that the workers of a relay are. */
export const workerNames = (base: string, workers: number): string[] =>
  Array.from({ length: workers }, (_, index) => `${base}-${index + 1}`);

/**
 * Resolves when this worker knows which sessions each of the others has, or after two seconds. Before that, what its clients send
 * would reach sessions of its own only.
 */
export async function meetWorkers(
  { node = "", workers }: Pick<Config, "node" | "workers">,
  cluster: MetCluster,
  clock: Pick<Clock, "now" | "every">,
  log: Log,
): Promise<void> {
  if (workers === 1) return;
  const others = workerNames(node.replace(/-\d+$/, ""), workers).filter((name) => name !== node);
  const missing = (): string[] => others.filter((name) => cluster.links.peer(name)?.isReady !== true);
  const begun = clock.now();
  while (missing().length > 0 && clock.now() - begun < MEETING_MILLISECONDS) await pause(clock, STEP_MILLISECONDS);
  if (missing().length > 0)
    log.warn("some of the other workers were not found in time; going on", { missing: missing() });
  // What they tell comes in order, so everything that they have told before is here with the answers.
  await cluster.askAll();
}
