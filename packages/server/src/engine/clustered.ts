import type { Cluster } from "../cluster/cluster.ts";
import type { Engine, Sink } from "../engine.ts";

/** Delivers to the sessions of this node in the same call, and passes on to the nodes that have other receivers. */
export function clusteredEngine(sink: Sink, cluster: Cluster): Engine {
  return {
    publish(message) {
      const spread = cluster.spread(message.instance, message.targets, () => 0);
      if (!spread) return sink(message);
      const taken = spread.here.length === 0 ? 0 : sink({ ...message, targets: spread.here });
      for (const [peer, targets] of spread.parts) cluster.forward(peer, { ...message, targets });
      return taken;
    },
    follow: (channel) => cluster.interest.follow(channel),
    unfollow: (channel) => cluster.interest.unfollow(channel),
    close: () => cluster.close(),
  };
}
