import { joinBinary, splitBinary } from "@achex/protocol";
import type { FollowedChannel } from "../engine.ts";
import type { Payload } from "../socket.ts";

/** A channel as frames of the server name it. */
export const wireAddressOf = ({ kind, name }: Pick<FollowedChannel, "kind" | "name">) =>
  kind === "hub" ? { hub: name } : kind === "broadcast" ? { bc: name } : { name };

/** The frame for the members of a channel whose epoch begins (PROTOCOL.md R144). */
export const epochFrame = (channel: Pick<FollowedChannel, "kind" | "name">, epoch: string): string =>
  JSON.stringify({ $kept: { ...wireAddressOf(channel), epoch, first: 1, head: 0 } });

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
