import { joinBinary, splitBinary } from "@achex/protocol";
import type { Payload } from "../socket.ts";

/** Text of an object with members added before its last brace. */
function withMembers(text: string, members: string): string {
  const brace = text.lastIndexOf("}");
  return text.slice(0, brace) + members + text.slice(brace);
}

/** A stored message as achex.2 clients receive it, with its position (PROTOCOL.md R140). */
export function positioned(payload: Payload, seq: number): Payload {
  const member = `,"$seq":${seq}`;
  if (typeof payload === "string") return withMembers(payload, member);
  const parts = splitBinary(payload);
  // A header that has no room for a position is forwarded without it.
  return (parts && joinBinary(withMembers(parts.header, member), parts.body)) ?? payload;
}

/** A stored message as a page of history has it (PROTOCOL.md R142). */
export function historic(payload: Payload, seq: number, at: number): string {
  const members = `,"$seq":${seq},"$at":${at}`;
  if (typeof payload === "string") return withMembers(payload, members);
  const { header = "{}", body = payload } = splitBinary(payload) ?? {};
  return withMembers(header, `${members},"$binary":"${Buffer.from(body).toString("base64")}"`);
}
