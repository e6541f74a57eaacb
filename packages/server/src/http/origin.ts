/**
 * Whether a handshake with this Origin header may connect. With a list, only pages of these origins may connect:
 * - A request without the header comes from a program, which could send any.
 * - Schemes other than http and https are not web pages and are allowed: boards send `file://` by default, and apps their own
 *   scheme (`capacitor://localhost`). No web page can send these.
 * - `null` must be listed, because any page can send it from a sandboxed frame and would evade the list.
 */
export const originMayConnect = (origin: string | null, allowed: readonly string[]): boolean =>
  allowed.length === 0 ||
  origin === null ||
  allowed.includes(origin) ||
  (origin !== "null" && !/^https?:/i.test(origin));

/** Why a page was refused and what its operator can do, in words for the body of a 403. */
export function originRefusal(origin: string): string {
  if (origin === "null") {
    return 'This page hides where it is from ("Origin: null"), as pages in a sandbox and some local files do. The operator of the server can allow all of these with --origins null.';
  }
  // The header can contain anything, so only a text that can be an entry of --origins is repeated.
  const entry = /^https?:\/\/[\w.:[\]-]{1,253}$/i.test(origin) ? ` ${origin}` : "";
  return `Pages from this origin are not allowed to connect. The operator of the server can allow it with --origins${entry}.`;
}
