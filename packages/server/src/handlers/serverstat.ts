import { isJsonObject, serverstatEntry, serverstatFrame } from "@achex/protocol";
import type { Cluster } from "../cluster/cluster.ts";
import type { Core } from "../node/core.ts";
import { SERVERSTAT_ENTRIES } from "../node/serverstat-listings.ts";
import type { Session } from "../session/session.ts";

/**
 * The sessions of the requester's own instance, the requester first (PROTOCOL.md C15); undefined before login. The size of the
 * reply is charged to the requester, because a request of a few bytes may have a reply of 60 kB.
 */
export function serverstat(core: Core, session: Session): string | undefined {
  return session.state.kind === "named" ? listing(core, session, core.serverstat.usersFor(session)) : undefined;
}

function listing(core: Core, session: Session, users: string): string {
  const text = serverstatFrame(core.version, users);
  session.chargeBytes(Buffer.byteLength(text));
  return text;
}

/** The same for the sessions of all nodes that answer. */
export function serverstatInCluster(
  core: Core,
  cluster: Cluster,
  session: Session,
  done: (text: string | undefined) => void,
): void | Promise<void> {
  const peers = [...cluster.peers];
  if (session.state.kind !== "named" || peers.length === 0) return done(serverstat(core, session));
  const others: string[] = [];
  let awaited = peers.length;
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const peer of peers) {
    cluster.asks.ask(peer, ["users?", session.instance], undefined, (answer) => {
      const [users] = answer ?? [];
      if (typeof users === "string") others.push(users);
      if (--awaited > 0) return;
      done(listing(core, session, merged([core.serverstat.usersFor(session), ...others])));
      resolve();
    });
  }
  return promise;
}

/** The first entries of several listings. */
function merged(listings: readonly string[]): string {
  const entries = listings.flatMap((users): unknown[] => JSON.parse(`[${users}]`));
  return entries.slice(0, SERVERSTAT_ENTRIES).flatMap(entryText).join(",");
}

function entryText(entry: unknown): string[] {
  if (!isJsonObject(entry)) return [];
  const { username, hub, session } = entry;
  if (typeof username !== "string" || typeof hub !== "string" || typeof session !== "number") return [];
  return [serverstatEntry({ username, hub, session })];
}
