import type { Delivery } from "@achex/client";
import { Fault } from "@achex/client";
import type { Sending } from "./timeline.ts";

export const sentAs = ({ taken = 0, held = 0, seq, kept }: Delivery): Sending => ({
  ...{ kind: "sent", taken, held },
  kept: seq !== undefined || kept === true,
});

/** Why a message was not sent, and what to do. */
export function failureOf(error: unknown, isDirect: boolean): Sending {
  if (!(error instanceof Fault)) return { kind: "failed", reason: String(error).slice(0, 300) };
  if (isDirect && error.code === "no-such-name")
    return {
      kind: "failed",
      reason:
        "This person is offline, and this relay keeps no inbox for them. Retry when they are back, or write in a room.",
    };
  return { kind: "failed", reason: `${error.message} ${error.remedy}`.trim() };
}

/** What becomes of an own message, for its author. */
export function sendingText(sending: Sending, isDirect: boolean): string {
  if (sending.kind === "waiting") return "Waiting for the connection";
  if (sending.kind === "sending") return "Sending…";
  if (sending.kind === "failed") return `Not sent. ${sending.reason}`;
  const { taken, held, kept } = sending;
  if (isDirect)
    return taken > 0 ? (held === taken ? "Delivered when they reconnect" : "Delivered") : "Waits in their inbox";
  const delivered = taken === 0 ? "" : `Delivered to ${taken}`;
  const away = held === 0 ? "" : ` (${held} reconnecting)`;
  if (taken === 0)
    return kept
      ? "Kept for those who come later"
      : "Nobody else is here, and this relay keeps nothing: nobody has got this";
  return `${delivered}${away}${kept ? " · kept" : ""}`;
}

/** The same as a short mark. */
export function sendingMark(sending: Sending): string {
  if (sending.kind === "waiting" || sending.kind === "sending") return "◷";
  if (sending.kind === "failed") return "!";
  return sending.taken > 0 ? "✓✓" : sending.kept ? "✓" : "–";
}
