import { JOINED_FRAME, loginFrame, NOT_JOINED_FRAME, stampOf } from "@achex/protocol";
import { asText, binaryFrame } from "../../kit/binary-frame.ts";
import { type MessageText, REFUSED, type SimRequest } from "./frames.ts";
import type { ModelSession } from "./model-session.ts";

export type Result = Readonly<Record<string, unknown>>;
export type Reply = { readonly result: Result } | { readonly fault: string };

export function legacyReply(session: ModelSession, { kind, ...request }: SimRequest, reply: Reply): void {
  const failed = "fault" in reply;
  if (kind === "login") session.expect(failed ? REFUSED : loginFrame(session.dialect, session.id));
  if (kind === "join" && "room" in request && request.room.kind === "hub")
    session.expect(failed ? NOT_JOINED_FRAME : JOINED_FRAME);
}

export function takenBy(takers: readonly ModelSession[]): Result {
  const held = takers.filter(({ state }) => state === "away").length;
  return { taken: takers.length, ...(held > 0 && { held }) };
}

export function stampedText({ id, name = "" }: ModelSession, { head, body }: MessageText): string {
  const text = `${head}${stampOf(id, name)}`;
  return body ? asText(binaryFrame(text, body)) : text;
}
