import { createHash } from "node:crypto";

/** A file made by the build. It is compressed later, when it is stored. */
export interface SiteFile {
  /** Path of its URL. */
  readonly path: string;
  /** Content-Type. */
  readonly type: string;
  readonly body: Uint8Array<ArrayBuffer>;
  /** The path holds a hash of the content. */
  readonly immutable: boolean;
  /** Pages of every origin may load it. */
  readonly shared: boolean;
  /** Content-Security-Policy of a page. */
  readonly policy?: string;
  /** The npm package that it was copied from, whose licence must be passed on. */
  readonly source?: string;
}

export const contentTypes = {
  script: "text/javascript; charset=utf-8",
  style: "text/css; charset=utf-8",
  page: "text/html; charset=utf-8",
  image: "image/svg+xml; charset=utf-8",
  picture: "image/webp",
  map: "application/json; charset=utf-8",
  text: "text/plain; charset=utf-8",
  archive: "application/gzip",
};

export const encodeText = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

export const contentHash = (body: string | Uint8Array): string =>
  createHash("sha256").update(body).digest("hex").slice(0, 12);

interface FileTraits {
  readonly immutable?: boolean;
  readonly shared?: boolean;
  readonly policy?: string;
}

export const file = (
  path: string,
  kind: keyof typeof contentTypes,
  body: string | Uint8Array<ArrayBuffer>,
  { immutable = false, shared = false, policy }: FileTraits = {},
): SiteFile => ({
  path,
  type: contentTypes[kind],
  body: typeof body === "string" ? encodeText(body) : body,
  immutable,
  shared,
  ...(policy === undefined ? {} : { policy }),
});
