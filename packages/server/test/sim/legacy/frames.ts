import { type Dialect, isJsonObject } from "@achex/protocol";

export type Target = string | number;

/** A frame of a simulated client: its text, and what the text means, so that the model parses nothing. */
export type SimFrame =
  | {
      readonly kind: "login";
      readonly text: string;
      readonly name: string;
      /** The service that logs in; `name` is then its tag, or the name of the service. */
      readonly service: string | undefined;
      readonly granted: boolean;
      /** Set when the login is decided asynchronously: the id to decide it by. */
      readonly ticket: number | undefined;
    }
  | {
      readonly kind: "send";
      readonly text: string;
      readonly to: "name" | "session" | "broadcast" | "hub";
      readonly targets: readonly Target[];
      /** What receivers get before the stamp. */
      readonly head: string;
      /** What follows the closing brace. */
      readonly tail: string;
    }
  | { readonly kind: "join" | "leave" | "register" | "unregister"; readonly text: string; readonly name: string }
  | { readonly kind: "echo"; readonly text: string }
  | { readonly kind: "ping"; readonly text: string }
  | { readonly kind: "serverstat"; readonly text: string }
  | { readonly kind: "junk"; readonly text: string };

/**
 * What a client should receive next: exactly this text, the refusal of its dialect, or a list of these users in which the
 * asker's own entries come first and the others in any order.
 */
export type Expected =
  | { readonly text: string }
  | { readonly refusedIn: Dialect }
  | { readonly users: readonly string[]; readonly asker: number };

const REFUSED = {
  classic: /^\{"auth":"failed","reason":"[^"]+"\}$/,
  cloud: /^\{"auth":"FAILED","REASON":"[^"]+"\}$/,
} as const;

const userLine = (user: unknown): string => {
  if (!isJsonObject(user)) return "no user";
  const { username, hub, session } = user;
  return `${session}: ${username} in ${hub}`;
};

export function isExpected(expected: Expected, actual: string): boolean {
  if ("text" in expected) return actual === expected.text;
  if ("refusedIn" in expected) return expected.refusedIn !== "achex.2" && REFUSED[expected.refusedIn].test(actual);
  const stat: unknown = JSON.parse(actual);
  if (!isJsonObject(stat) || !Array.isArray(stat.users)) return false;
  const lines = stat.users.map(userLine);
  const isAskers = lines.map((line) => line.startsWith(`${expected.asker}: `));
  if (isAskers[0] !== true || isAskers.lastIndexOf(true) >= isAskers.filter(Boolean).length) return false;
  return [...lines].sort().join("\n") === [...expected.users].sort().join("\n");
}
