import type { Asset } from "@achex/server/assets";
import { contentTypes, encodeText } from "../pipeline/site-file.ts";

/**
 * Old names from achex.ca and names that people guess, in lower case and without file extension, with the page each refers to.
 */
export const redirects: Readonly<Record<string, string>> = {
  "/index": "/",
  "/home": "/",
  "/docs": "/quickstart",
  "/documentation": "/quickstart",
  "/doc": "/quickstart",
  "/getting-started": "/quickstart",
  "/start": "/quickstart",
  "/tutorial": "/quickstart",
  "/help": "/quickstart",
  "/install": "/operating",
  "/deploy": "/operating",
  "/deployment": "/operating",
  "/self-hosting": "/operating",
  "/configuration": "/operating",
  "/operations": "/operating",
  "/examples": "/demos",
  "/example": "/demos",
  "/demo": "/demos",
  "/samples": "/demos",
  "/simple": "/examples/simple",
  "/chat": "/examples/simple",
  "/interactive": "/examples/interactive",
  "/what-are-websockets": "/websockets",
  "/what-is-websocket": "/websockets",
  "/what-is-a-websocket": "/websockets",
  "/websocket": "/websockets",
  "/playground": "/test",
  "/tester": "/test",
  "/console": "/test",
  "/websocket-test": "/test",
  "/spec": "/protocol",
  "/specification": "/protocol",
  "/reference": "/api",
  "/api-reference": "/api",
  "/sdk": "/client",
  "/library": "/client",
  "/javascript": "/client",
  "/error": "/errors",
  "/faults": "/errors",
  "/status-codes": "/errors",
  "/benchmark": "/performance",
  "/benchmarks": "/performance",
  "/old-pages": "/coming-from-achex-ca",
  "/migration": "/coming-from-achex-ca",
  "/migrate": "/coming-from-achex-ca",
  "/achex-ca": "/coming-from-achex-ca",
  "/license": "/licences.txt",
  "/licence": "/licences.txt",
  "/licenses": "/licences.txt",
  "/licences": "/licences.txt",
};

const redirectTo = (location: string): Asset => ({
  type: contentTypes.text,
  // A redirect is identified by its location, reduced to the characters allowed in a tag: letters, digits and hyphens.
  hash: `to${location.replace(/[^\w-]/g, "-")}`,
  body: encodeText(`${location}\n`),
  encodings: [],
  immutable: false,
  shared: false,
  status: 302,
  location,
});

/**
 * Redirects to the intended page from an old or guessed name, or from a name with capitals, a file extension or an extra slash.
 */
export function redirectFor(path: string, isServed: (path: string) => boolean): Asset | undefined {
  const meant = path.toLowerCase().replace(/(?:\/+|\.html?|\.php)$/, "") || "/";
  const location = redirects[meant] ?? (meant === path ? undefined : meant);
  return location !== undefined && isServed(location) ? redirectTo(location) : undefined;
}
