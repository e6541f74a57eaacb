import type { AddressKind, LoginFrame } from "./frames.ts";

/** Keys that make a frame a message, in the order in which they are looked for (PROTOCOL.md V2). */
export const addressKeys = [
  ["to", "name"],
  ["toS", "session"],
  ["tos", "session"],
  ["bc", "broadcast"],
  ["toH", "hub"],
] as const satisfies readonly (readonly [key: string, kind: AddressKind])[];

/** The key of an address, and what it addresses. */
export type AddressKey = (typeof addressKeys)[number];

/** The address of a message; undefined for a frame that is none. */
export const addressKeyOf = (frame: object): AddressKey | undefined => addressKeys.find(([key]) => key in frame);

/** Keys that make a frame a login, in the order in which they are looked for (PROTOCOL.md V2). */
export const loginKeys = [
  ["setID", "user"],
  ["auth", "user"],
  ["serviceID", "service"],
  ["serverSetID", "service"],
] as const satisfies readonly (readonly [key: string, as: LoginFrame["as"]])[];

/** What else makes a frame, in the order in which it is looked for (PROTOCOL.md V2). */
export const requestKeys = ["joinHub", "leaveHub", "cmd", "ping", "latency", "echo", "serverstat"] as const;

export type RequestKey = (typeof requestKeys)[number];

/** Values of `cmd`, and the verb of each (PROTOCOL.md K4, K10, K14). */
export const commands = {
  register_broadcast: "register",
  unregister_broadcast: "unregister",
  ping: "latency",
  latency: "latency",
} as const;

/** Keys that go with a verb: passwords, a service's tag, the broadcast of a command. */
export const parameterKeys = ["passwd", "password", "idtag", "bid"] as const;

/** Keys of the stamp: nobody may write them but the server (PROTOCOL.md S3). */
export const stampKeys = ["sID", "FROM"] as const;

const [STAMP_ID, STAMP_NAME] = stampKeys;

export const isStampKey = (key: string): boolean => key === STAMP_ID || key === STAMP_NAME;
