import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "./bundle.ts";
import { type DocumentFile, documents } from "./documents.ts";
import { escapeHtml } from "./html.ts";
import { type Heading, renderMarkdown } from "./markdown.ts";
import type { Page } from "./page.ts";

const contents = (headings: readonly Heading[]): string =>
  headings
    .map(({ id, level, text }) => `<li class="level-${level}"><a href="#${id}">${escapeHtml(text)}</a></li>`)
    .join("");

/** A document next to its table of contents. */
export const withContents = (html: string, headings: readonly Heading[]): string =>
  `<div class="document"><nav class="contents" aria-label="On this page"><details><summary>On this page</summary><ol>${contents(headings)}</ol></details></nav><article class="prose">${html}</article></div>`;

/** The list of links to headings that GitHub shows above the text. The site has its own table of contents instead. */
const CONTENTS_LINE = /^(?:Contents: [\s\S]*?\n|(?:- \[[^\]]+\]\(#[^)]+\)(?: · \[[^\]]+\]\(#[^)]+\))*\n)+)\n/m;

export const readDocument = async (path: DocumentFile): Promise<string> =>
  (await readFile(join(root, path), "utf8")).replace(CONTENTS_LINE, "");

/** A page made from one of the repository's Markdown files. */
export async function documentPage(file: DocumentFile, page: Omit<Page, "body" | "path">): Promise<Page> {
  const { html, headings } = renderMarkdown(await readDocument(file));
  const styles = ["design/document.css", ...(page.styles ?? [])];
  return { ...page, path: documents[file], styles, body: withContents(html, headings) };
}
