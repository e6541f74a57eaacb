import { isJsonObject } from "@achex/protocol";
import { compactSetup, type Setup, setupFrom } from "./setup.ts";

/** Maximum number of clients in a link; each is a panel on the screen. */
export const MAX_CLIENTS = 8;
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

/** Encodes setups as the fragment of a link, which browsers do not send to servers. A setup contains no password. */
export function setupFragment(setups: readonly Setup[], server: string): string {
  return `#${KEY}${toBase64Url(JSON.stringify({ v: 1, clients: setups.map((setup) => compactSetup(setup, server)) }))}`;
}

/** Decodes the setups of a link; undefined if there are none. Links are untrusted input. */
export function setupsFromFragment(fragment: string, server: string): readonly Setup[] | undefined {
  const text = fragment.replace(/^#/, "");
  if (!text.startsWith(KEY) || text.length > 20_000) return undefined;
  try {
    const value: unknown = JSON.parse(fromBase64Url(text.slice(KEY.length)));
    if (!isJsonObject(value) || value.v !== 1 || !Array.isArray(value.clients)) return undefined;
    const setups = value.clients.slice(0, MAX_CLIENTS).flatMap((client: unknown) => setupFrom(client, server) ?? []);
    return setups.length > 0 ? setups : undefined;
  } catch {
    return undefined;
  }
}
