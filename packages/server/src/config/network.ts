import { isIP } from "node:net";

/** An Origin header as browsers send it: scheme, host and port, never a path; `null` for a page without an origin. */
export const isOrigin = (text: string): boolean =>
  text === "null" ||
  text === "file://" ||
  (URL.canParse(text) && (new URL(text).origin === text || /^[a-z][a-z0-9+.-]*:\/\/[^/]+$/.test(text)));

/** An IP address or a CIDR block. */
export function isNetwork(text: string): boolean {
  const [address = "", bits, ...more] = text.split("/");
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  if (most < 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most);
}
