import type { Cluster } from "../cluster/cluster.ts";
import { isCount } from "../cluster/sent-values.ts";
import type { Core } from "../node/core.ts";
import type { KeptElsewhere } from "../node/kept-sends.ts";
import { turnsHere } from "./achex2/cluster-sends.ts";

/** What kept channels need of the others. Their answer comes when they have stored the message, so they know it when its sender does. */
export const keptElsewhere = (cluster: Cluster, core: Pick<Core, "channels">): KeptElsewhere => ({
  node: cluster.node,
  turn(channel) {
    const { instance, kind, name } = channel;
    if (kind !== "name") return undefined;
    const here = turnsHere(core, instance, name);
    const isTaken = Array.from(cluster.holders(channel)).some(([, { turns }]) => turns > 0);
    if (!isTaken) return here > 0 ? cluster.node : undefined;
    const spread = cluster.spread(instance, [{ kind, name }], () => here);
    const [peer] = spread?.parts.keys() ?? [];
    return peer?.node ?? cluster.node;
  },
  count(channel, entry, done) {
    const holders = new Set(Array.from(cluster.holders(channel), ([peer]) => peer));
    const peers = [...cluster.peers];
    const sum = { taken: 0, held: 0, missed: 0 };
    let awaited = peers.length;
    const finish = (): void => done(sum.taken, sum.held, sum.missed);
    if (awaited === 0) finish();
    for (const peer of peers) {
      cluster.asks.ask(peer, ["kept?", entry], undefined, (answer) => {
        const [taken, held] = answer ?? [];
        if (isCount(taken) && isCount(held)) {
          sum.taken += taken;
          sum.held += held;
        } else if (holders.has(peer)) sum.missed++;
        if (--awaited === 0) finish();
      });
    }
  },
});
