import type { DropReason, RoomOptions } from "@achex/protocol";
import type { StoredRoomOptions } from "../state.ts";

/** SHA-256 of a text; injected, because the core imports no runtime. */
export type Digest = (text: string) => string;

/** Options that were not named stay. */
export function withOptions(
  present: StoredRoomOptions,
  named: Partial<RoomOptions>,
  digest: Digest,
): StoredRoomOptions {
  return { ...present, ...storedOptions(named, digest) };
}

/** The options that were named, as they are stored. */
export function storedOptions(
  { password, ...named }: Partial<RoomOptions>,
  digest: Digest,
): Partial<StoredRoomOptions> {
  if (password === undefined) return named;
  return { ...named, passwordDigest: password === null ? null : digest(password) };
}

/** What followers see of the options (PROTOCOL.md R110). */
export const shownOptions = ({ capacity, seats, passwordDigest, closed, grace }: StoredRoomOptions): object => ({
  capacity,
  seats,
  password: passwordDigest !== null,
  closed,
  grace,
});

/** Why the options of a room do not admit a newcomer; undefined when they do (PROTOCOL.md R121). `given` is the digest of its password. */
export function obstacleTo(
  { capacity, closed, passwordDigest }: StoredRoomOptions,
  members: number,
  given: string | null,
): Extract<DropReason, "room-full" | "room-closed" | "room-password"> | undefined {
  if (closed) return "room-closed";
  // Before the capacity, so that strangers do not learn how full the room is.
  if (passwordDigest !== null && passwordDigest !== given) return "room-password";
  return capacity > 0 && members >= capacity ? "room-full" : undefined;
}
