import { plainText } from "./html.ts";
import type { Page } from "./page.ts";

/** A search result: `[address, title of the page, heading, text]`. */
export type SearchEntry = readonly [address: string, title: string, heading: string, text: string];

const SECTION = /<h([23])\s(?:[^>]*\s)?id="([^"]+)"[^>]*>([\s\S]*?)<\/h\1>/g;
/** Rows and items that have an anchor. */
const ITEM = /<(tr|li|dt)\s(?:[^>]*\s)?id="([^"]+)"[^>]*>([\s\S]*?)<\/\1>/g;

/** Excludes the table of contents, which repeats all headings of the page. */
const CONTENTS = /<nav class="contents"[\s\S]*?<\/nav>/;

function partsOf({ path, title, description, body: whole }: Page): SearchEntry[] {
  const body = whole.replace(CONTENTS, "");
  const marks = [...body.matchAll(SECTION)];
  const opening = `${description} ${plainText(body.slice(0, marks[0]?.index))}`;
  const sections = marks.map((mark, at): SearchEntry => {
    const [heading, , id = "", text = ""] = mark;
    const rest = body.slice(mark.index + heading.length, marks[at + 1]?.index);
    return [`${path}#${id}`, title, plainText(text), plainText(rest)];
  });
  const items = [...body.matchAll(ITEM)].map(([, , id = "", html = ""]): SearchEntry => {
    const text = plainText(html);
    return [`${path}#${id}`, title, id, text.startsWith(id) ? text.slice(id.length).trim() : text];
  });
  return [[path, title, "", opening], ...sections, ...items];
}

/** The search index as JSON. */
export const buildSearchIndex = (pages: readonly Page[]): string =>
  JSON.stringify(
    pages.filter(({ document, searchable = true }) => searchable && document === undefined).flatMap(partsOf),
  );
