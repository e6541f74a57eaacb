import { greetingFrame, parse } from "@achex/protocol";
import { leaveAll } from "../handlers/join-leave.ts";
import type { Core } from "../node/core.ts";
import { leaveName } from "../node/name-ownership.ts";
import type { Addresses } from "../session/address-limits.ts";
import type { Session, SessionHost } from "../session/session.ts";
import { achex2Heartbeat, hello } from "./achex2/hello.ts";
import { rejectAchex2, routeAchex2 } from "./achex2/route-achex2.ts";
import { route } from "./legacy/route-legacy.ts";

/** What sessions of a node lean on: the dialect of each decides who acts on its frames. */
export function createHost(core: Core, sessions: Map<number, Session>, addresses: Addresses): SessionHost {
  const { limits, counters, clock, log } = core;
  const own = achex2Heartbeat(limits);
  return {
    limits,
    counters,
    clock,
    log,
    confirmations: core.confirmations,
    rounds: core.rounds,
    heartbeat: (dialect) => (dialect === "achex.2" ? own : limits),
    greeting: (session) => greet(core, session),
    handle(session, frame) {
      if (session.endpoint.dialect === "achex.2") return routeAchex2(core, session, frame);
      if (typeof frame === "string") return route(core, session, parse(frame, limits));
      counters.drop("binary");
    },
    rejected(session, frame, reason) {
      counters.drop(reason);
      if (session.endpoint.dialect === "achex.2") rejectAchex2(core, session, frame, reason);
    },
    lingers: (session) => void core.lingering.add(session),
    ended: (session) => bury(core, sessions, addresses, session),
  };
}

/** Classic clients wait for their session id; cloud clients never get ready if they are greeted (PROTOCOL.md K1, C1, R5). */
function greet(core: Core, session: Session): string | undefined {
  const { dialect } = session.endpoint;
  if (dialect === "cloud") return undefined;
  return dialect === "classic" ? greetingFrame(session.id) : hello(core, session);
}

/** Takes a session out of wherever it is; its last words are still said in its name. */
function bury(core: Core, sessions: Map<number, Session>, addresses: Addresses, session: Session): void {
  const { state } = session;
  core.calls.ended(session.id);
  leaveAll(core, session);
  if (state.kind === "named") for (const name of state.names) leaveName(core, session, name);
  core.watches.ended(session, session.instance);
  core.complaints.ended(session.id);
  addresses.leave(session.from, state.kind === "named");
  core.lingering.delete(session);
  sessions.delete(session.id);
}
