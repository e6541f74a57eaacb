import type { Asset, Encoding } from "./assets.ts";
import { baseHeaders } from "./plain-response.ts";

const FOREVER = "public, max-age=31536000, immutable";

/** Whether Accept-Encoding accepts each encoding that it names; q=0 rejects one. */
function acceptedEncodings(header: string): Map<string, boolean> {
  const accepted = new Map<string, boolean>();
  for (const part of header.toLowerCase().split(",")) {
    const [name = "", ...parameters] = part.split(";").map((one) => one.trim());
    accepted.set(name, !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter)));
  }
  return accepted;
}

function chooseEncoding({ encodings }: Asset, header: string | null): Encoding | undefined {
  if (header === null || encodings.length === 0) return undefined;
  const accepted = acceptedEncodings(header);
  return encodings.find(({ name }) => accepted.get(name) ?? accepted.get("*") ?? false);
}

/** If-None-Match compares weakly: a proxy that compresses makes our tags weak. */
function matches(header: string | null, tag: string): boolean {
  if (header === null) return false;
  return header.split(",").some((one) => one.trim() === "*" || one.trim().replace(/^W\//, "") === tag);
}

/** The response to a GET or HEAD for that asset; `status` is 404 when it is shown in place of a missing one. */
export function assetResponse(asset: Asset, requested: Headers, status = asset.status ?? 200): Response {
  const encoding = chooseEncoding(asset, requested.get("accept-encoding"));
  // Each encoding has its own tag, or a cache would use the compressed bytes as the plain ones.
  const etag = encoding ? `"${asset.hash}-${encoding.name}"` : `"${asset.hash}"`;
  const headers: Record<string, string> = {
    ...baseHeaders,
    etag,
    "cache-control": asset.immutable ? FOREVER : "no-cache",
    ...(asset.policy === undefined ? {} : { "content-security-policy": asset.policy }),
    ...(asset.encodings.length === 0 ? {} : { vary: "accept-encoding" }),
    ...(asset.location === undefined ? {} : { location: asset.location }),
    ...(asset.retryAfter === undefined ? {} : { "retry-after": String(asset.retryAfter), "cache-control": "no-store" }),
    ...(asset.shared ? { "access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin" } : {}),
  };
  if (status === 200 && matches(requested.get("if-none-match"), etag))
    return new Response(null, { status: 304, headers });
  headers["content-type"] = asset.type;
  if (encoding) headers["content-encoding"] = encoding.name;
  return new Response(encoding?.body ?? asset.body, { status, headers });
}
