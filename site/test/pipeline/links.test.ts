import { expect, test } from "bun:test";
import { documentAddress, documents } from "../../pipeline/documents.ts";
import { renderMarkdown } from "../../pipeline/markdown.ts";
import { readPages } from "../../pipeline/render-pages.ts";
import { startRelay } from "../kit/relay.ts";

const pages = await readPages();
const idsOf = (html: string) => new Set([...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id));
const ids = new Map(pages.map(({ path, body, document }) => [path, idsOf(document ?? body)]));

test.each(Object.entries(documents))("a link to %s leads to %s, which is a page", (file, path) => {
  expect(renderMarkdown(`[text](../${file}#part)`).html).toBe(`<p><a href="${path}#part">text</a></p>\n`);
  expect(ids.has(path)).toBe(true);
});

test("a link to a file that is not a page is text", () => {
  expect(documentAddress("../bench/main.ts")).toBeUndefined();
  expect(renderMarkdown("[text](../bench/main.ts)").html).toBe("<p>text</p>\n");
});

/** A page that is still being built is answered with 503, each time after a pause. */
async function isBuiltAndServed(url: string): Promise<boolean> {
  for (let tries = 0; tries < 30; tries++) {
    const { ok, status } = await fetch(url);
    if (status !== 503) return ok;
  }
  return false;
}

test("every link within the site leads to something that is served, and to a part that is there", async () => {
  await using relay = startRelay();
  const broken: string[] = [];
  const served = new Map<string, Promise<boolean>>();
  const isServed = (path: string) => {
    const answer = served.get(path) ?? isBuiltAndServed(relay.http(path));
    served.set(path, answer);
    return answer;
  };
  for (const { path, body, document } of pages) {
    for (const [, href = ""] of (document ?? body).matchAll(/\s(?:href|src)="([^"]*)"/g)) {
      if (/^(?:https?:|mailto:|data:)/.test(href)) continue;
      const { pathname, hash } = new URL(href, `http://relay${path}`);
      const part = decodeURIComponent(hash.slice(1));
      const isThere = await isServed(pathname);
      if (!isThere || (part !== "" && ids.get(pathname)?.has(part) === false)) broken.push(`${path}: ${href}`);
    }
  }
  expect(broken).toEqual([]);
});
