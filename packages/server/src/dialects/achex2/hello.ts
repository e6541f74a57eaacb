import { type Hello, helloFrame, resumedFrame } from "@achex/protocol";
import { helloLimits } from "../../config/limits.ts";
import type { Core } from "../../node/core.ts";
import type { Session } from "../../session/session.ts";
import type { Heartbeat } from "../../session/session-host.ts";

/** Detects half-open connections within 35 s (PROTOCOL.md R60). */
const HEARTBEAT: Heartbeat = { pingAfterSeconds: 15, deadAfterSeconds: 20 };

/** Never slower than the operator's setting for the legacy dialects, and off where that is off. */
export const achex2Heartbeat = ({ pingAfterSeconds, deadAfterSeconds }: Heartbeat): Heartbeat => ({
  pingAfterSeconds: Math.min(HEARTBEAT.pingAfterSeconds, pingAfterSeconds),
  deadAfterSeconds: Math.min(HEARTBEAT.deadAfterSeconds, deadAfterSeconds),
});

type HelloDeps = Pick<Core, "version" | "limits" | "clock">;

const helloOf = ({ version, limits, clock }: HelloDeps, session: Session): Hello => ({
  sid: session.id,
  version,
  instance: session.instance,
  time: clock.time(),
  heartbeat: achex2Heartbeat(limits).pingAfterSeconds,
  limits: helloLimits(limits),
});

/** The first frame an achex.2 client gets (PROTOCOL.md R5). */
export const helloFor = (deps: HelloDeps, session: Session): string => helloFrame(helloOf(deps, session));

/** The first frame on a connection that has resumed a session; `replay` frames follow that its client has missed (PROTOCOL.md R73). */
export const resumedFor = (deps: HelloDeps, session: Session, received: number, replay: number): string =>
  resumedFrame({
    ...helloOf(deps, session),
    name: session.state.kind === "named" ? session.state.name : "",
    received,
    replay,
  });
