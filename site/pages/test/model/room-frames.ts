import type { RoomView } from "./room-views.ts";

type Address = Pick<RoomView, "key" | "name">;

const addressOf = ({ key, name }: Address) => ({ [key]: name });

/** Joins or registers, and follows state, host and options (PROTOCOL.md R101). */
export const followFrame = ({ key, name }: Address): string =>
  JSON.stringify(
    key === "hub" ? { joinHub: name, $state: true } : { cmd: "register_broadcast", bid: name, $state: true },
  );

/** `value` is JSON. With the version that the user has seen, so that a change made in the meantime is not overwritten (R105). */
export const setFrame = (room: RoomView, key: string, value: string, version: number): string => {
  const name = JSON.stringify(key);
  return `{"$set":{"${room.key}":${JSON.stringify(room.name)},"values":{${name}:${value}},"if":{${name}:${version}}}}`;
};

export const deleteFrame = (room: RoomView, key: string): string =>
  JSON.stringify({ $set: { ...addressOf(room), delete: [key] } });

export const incrementFrame = (room: RoomView, key: string, by: number): string =>
  JSON.stringify({ $set: { ...addressOf(room), increment: { [key]: by } } });

export const closedFrame = (room: RoomView, closed: boolean): string =>
  JSON.stringify({ $room: { ...addressOf(room), closed } });

export const handOverFrame = (room: RoomView): string => JSON.stringify({ $host: addressOf(room) });

/** The text as JSON for `$set`: as it is if it is JSON, otherwise as a string. undefined if it is empty. */
export function valueFrom(text: string): string | undefined {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  try {
    JSON.parse(trimmed);
    return trimmed;
  } catch {
    return JSON.stringify(text);
  }
}

/** Options in words, in a fixed order; those that restrict nothing are left out. */
export function optionWords({ capacity, seats, password, closed, grace }: RoomView["options"]): readonly string[] {
  return [
    typeof capacity === "number" && capacity > 0 ? `capacity ${capacity}` : "",
    typeof seats === "number" && seats > 0 ? `${seats} ${seats === 1 ? "seat" : "seats"}` : "",
    password === true ? "password" : "",
    closed === true ? "closed" : "",
    typeof grace === "number" ? `grace ${grace} s` : "",
  ].filter((word) => word !== "");
}
