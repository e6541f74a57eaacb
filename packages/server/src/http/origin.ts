/**
 * Whether a handshake with this Origin header may connect. With a list, pages of other people are kept away:
 * - Without the header it is a program, which could send any.
 * - `file://` and every scheme but http and https is no page of the web: boards send `file://` by default, and apps their own
 *   scheme (`capacitor://localhost`). No page of the web can send these.
 * - `null` has to be listed: a page of anyone sends it from a sandboxed frame, and would evade the list.
 */
export const originMayConnect = (origin: string | null, allowed: readonly string[]): boolean =>
  allowed.length === 0 ||
  origin === null ||
  allowed.includes(origin) ||
  (origin !== "null" && !/^https?:/i.test(origin));

/** Why a page was refused and what its operator can do, in words for the body of a 403. */
export function originRefusal(origin: string): string {
  if (origin === "null") {
    return 'This page hides where it is from ("Origin: null"), as pages in a sandbox and some local files do. Whoever runs the server can allow all of these with --origins null.';
  }
  // The header may hold anything, and the answer repeats none of it but what can be an entry of --origins.
  const entry = /^https?:\/\/[\w.:[\]-]{1,253}$/i.test(origin) ? ` ${origin}` : "";
  return `Pages of this origin may not connect here. Whoever runs the server can allow it with --origins${entry}.`;
}
