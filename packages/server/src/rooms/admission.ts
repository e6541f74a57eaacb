import type { DropReason, RoomOptions } from "@achex/protocol";
import type { StoredRoomOptions } from "../state.ts";

/** SHA-256 of a text; injected, because the core imports no runtime. */
export type Digest = (text: string) => string;

/** Options that were not named stay. */
export function withOptions(
  present: StoredRoomOptions,
  { password, ...named }: Partial<RoomOptions>,
  digest: Digest,
): StoredRoomOptions {
  const stored = { ...present, ...named };
  if (password === undefined) return stored;
  return { ...stored, passwordDigest: password === null ? null : digest(password) };
}

/** What followers see of the options (PROTOCOL.md R110). */
export const shownOptions = ({ capacity, seats, passwordDigest, closed, grace }: StoredRoomOptions): object => ({
  capacity,
  seats,
  password: passwordDigest !== null,
  closed,
  grace,
});

/** Why the options of a room do not admit a newcomer; undefined when they do (PROTOCOL.md R121). */
export function obstacleToEnter(
  { capacity, closed, passwordDigest }: StoredRoomOptions,
  members: number,
  password: string | undefined,
  digest: Digest,
): Extract<DropReason, "room-full" | "room-closed" | "room-password"> | undefined {
  if (closed) return "room-closed";
  // Before the capacity, so that strangers do not learn how full the room is.
  if (passwordDigest !== null && passwordDigest !== digest(password ?? "")) return "room-password";
  return capacity > 0 && members >= capacity ? "room-full" : undefined;
}
