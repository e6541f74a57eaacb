import { helloFrame } from "@achex/protocol";
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

/** The first frame an achex.2 client gets (PROTOCOL.md R5). */
export function helloFor(
  { version, limits, clock }: Pick<Core, "version" | "limits" | "clock">,
  session: Session,
): string {
  return helloFrame({
    sid: session.id,
    version,
    instance: session.instance,
    time: clock.time(),
    heartbeat: achex2Heartbeat(limits).pingAfterSeconds,
    limits: helloLimits(limits),
  });
}
