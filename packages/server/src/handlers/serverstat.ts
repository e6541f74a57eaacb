import { type ServerstatUser, serverstatFrame } from "@achex/protocol";
import type { Core } from "../node/core.ts";
import type { Session } from "../session/session.ts";

/** Entries in one serverstat answer: with more, one question would cost everyone else their turn (PROTOCOL.md C15). */
export const SERVERSTAT_ENTRIES = 1_000;

/** PROTOCOL.md C15: only the asker's own instance; undefined before login. */
export function serverstat(core: Core, session: Session): string | undefined {
  if (session.state.kind !== "named") return undefined;
  return serverstatFrame(core.version, usersOf(core, session.instance));
}

function usersOf(core: Core, instance: string): ServerstatUser[] {
  const users: ServerstatUser[] = [];
  for (const name of core.channels.names(instance)) {
    for (const member of name.members()) {
      const session = core.sessions.get(member.id);
      if (session?.state.kind !== "named" || session.state.name !== name.name) continue;
      const hubs = session.memberships.filter(({ channel }) => channel.kind === "hub");
      if (hubs.length === 0) users.push({ username: name.name, hub: "" });
      for (const hub of hubs) users.push({ username: name.name, hub: hub.channel.name });
      if (users.length >= SERVERSTAT_ENTRIES) return users.slice(0, SERVERSTAT_ENTRIES);
    }
  }
  return users;
}
