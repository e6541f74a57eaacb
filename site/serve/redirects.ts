import type { Asset } from "@achex/server/assets";
import { contentTypes, encodeText } from "../pipeline/site-file.ts";

/** Pages under the names they had on achex.ca, or that people guess; without capitals and endings. */
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
  // The location is what such an answer is; letters, digits and hyphens, as a tag has to be.
  hash: `to${location.replace(/[^\w-]/g, "-")}`,
  body: encodeText(`${location}\n`),
  encodings: [],
  immutable: false,
  shared: false,
  status: 302,
  location,
});

/** Leads to the page that was meant: by an old or guessed name, or by one with capitals, an ending or a slash too many. */
export function redirectFor(path: string, isServed: (path: string) => boolean): Asset | undefined {
  const meant = path.toLowerCase().replace(/(?:\/+|\.html?|\.php)$/, "") || "/";
  const location = redirects[meant] ?? (meant === path ? undefined : meant);
  return location !== undefined && isServed(location) ? redirectTo(location) : undefined;
}
