import { createHash } from "node:crypto";
import type { Page } from "./page.ts";

const contentHash = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** Contents of the inline elements with that tag. */
const inline = (document: string, tag: "script" | "style"): string[] =>
  [...document.matchAll(new RegExp(`<${tag}((?:\\s[^>]*)?)>([\\s\\S]*?)</${tag}>`, "g"))].flatMap(
    ([, attributes = "", text = ""]) => (/\ssrc=/.test(attributes) ? [] : [text]),
  );

/**
 * The Content-Security-Policy of a page: everything must come from its own server, and inline elements are allowed only by
 * hash.
 */
export function contentSecurityPolicy({ connectsAnywhere, document, embeddable }: Page): string {
  const own = (tag: "script" | "style") => ["'self'", ...inline(document ?? "", tag).map(contentHash)].join(" ");
  return [
    "default-src 'self'",
    `script-src ${own("script")}`,
    `style-src ${own("style")}`,
    `connect-src 'self'${connectsAnywhere === true ? " ws: wss: http: https:" : ""}`,
    "img-src 'self' data: blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    `frame-ancestors ${embeddable === true ? "*" : "'self'"}`,
  ].join("; ");
}
