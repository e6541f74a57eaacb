import { type Attributes, isJsonObject } from "@achex/protocol";
import type { MemberEvent, RosterMember } from "../node/roster.ts";
import { isCount, isSessionId } from "./sent-values.ts";

/** What other nodes say of their members. Nodes trust each other, but a mistake must not stop one. */
export function readEvent(sent: unknown): MemberEvent | undefined {
  if (!isJsonObject(sent)) return undefined;
  const { kind, sid, name, attributes, seat } = sent;
  if (kind === "joined") {
    const member = readMember(sent.member);
    return member && { kind, member };
  }
  if (!isSessionId(sid) || typeof name !== "string") return undefined;
  if (kind === "left" || kind === "away" || kind === "back") return { kind, sid, name };
  if (kind === "seat") return { kind, sid, name, seat: isCount(seat) ? seat : null };
  return kind === "changed" ? { kind, sid, name, attributes: attributesOf(attributes) } : undefined;
}

export const readMembers = (sent: unknown): RosterMember[] =>
  Array.isArray(sent) ? sent.flatMap((one: unknown) => readMember(one) ?? []) : [];

function readMember(sent: unknown): RosterMember | undefined {
  if (!isJsonObject(sent)) return undefined;
  const { name, sid, joined, attributes, away, seat } = sent;
  if (typeof name !== "string" || !isSessionId(sid) || !isCount(joined)) return undefined;
  return {
    ...{ name, sid, joined, attributes: attributesOf(attributes) },
    ...(away === true && { away }),
    ...(isCount(seat) && { seat }),
  };
}

function attributesOf(sent: unknown): Attributes {
  const attributes: Record<string, Attributes[string]> = {};
  if (isJsonObject(sent)) {
    for (const [key, value] of Object.entries(sent)) {
      if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean")
        // Unlike an assignment, this also sets `__proto__`.
        Object.defineProperty(attributes, key, { value, enumerable: true, configurable: true, writable: true });
    }
  }
  return attributes;
}

/** Members in one frame of a roster. */
const ROSTER_MEMBERS = 500;

/** All members of a channel as they are sent: at least one part, and whether it is the last. */
export function* rosterParts(members: readonly RosterMember[]): Generator<[readonly RosterMember[], boolean]> {
  for (let at = 0; at === 0 || at < members.length; at += ROSTER_MEMBERS)
    yield [members.slice(at, at + ROSTER_MEMBERS), at + ROSTER_MEMBERS >= members.length];
}
