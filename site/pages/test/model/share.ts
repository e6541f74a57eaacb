import { isFields } from "@achex/protocol";
import { packed, type Setup, setupFrom } from "./setup.ts";

/** Clients a link may bring: each is a panel on the screen. */
export const MOST_CLIENTS = 8;
const KEY = "setup=";

const toBase64Url = (text: string): string => {
  const bytes = new TextEncoder().encode(text);
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
};

const fromBase64Url = (text: string): string => {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(binary, (unit) => unit.charCodeAt(0)));
};

/** The set-ups as the fragment of a link, which browsers do not send to any server. Passwords are not part of a set-up. */
export function fragmentOf(setups: readonly Setup[], server: string): string {
  return `#${KEY}${toBase64Url(JSON.stringify({ v: 1, clients: setups.map((setup) => packed(setup, server)) }))}`;
}

/** Set-ups from a link; undefined when there are none in it. Nothing in it is trusted. */
export function setupsIn(fragment: string, server: string): readonly Setup[] | undefined {
  const text = fragment.replace(/^#/, "");
  if (!text.startsWith(KEY) || text.length > 20_000) return undefined;
  try {
    const value: unknown = JSON.parse(fromBase64Url(text.slice(KEY.length)));
    if (!isFields(value) || value.v !== 1 || !Array.isArray(value.clients)) return undefined;
    const setups = value.clients.slice(0, MOST_CLIENTS).flatMap((client: unknown) => setupFrom(client, server) ?? []);
    return setups.length > 0 ? setups : undefined;
  } catch {
    return undefined;
  }
}
