import type { Holding } from "../cluster/holding.ts";
import type { FollowedChannel } from "../engine.ts";
import type { Core } from "./core.ts";

/**
 * Runs `act`, in which a session enters channels, when the other nodes of the cluster know that messages to them go to this node. So
 * every message that is sent after the reply reaches the session, from every node. On a node that is alone it is run at once.
 */
export function entering(
  { cluster }: Pick<Core, "cluster">,
  channels: readonly FollowedChannel[],
  parts: readonly Partial<Holding>[],
  act: () => void | Promise<void>,
): void | Promise<void> {
  if (!cluster) return act();
  const { known, done } = cluster.enter(channels, parts);
  const run = (): void | Promise<void> => {
    const acting = act();
    if (acting) return acting.finally(done);
    done();
  };
  return known ? known.then(run) : run();
}
