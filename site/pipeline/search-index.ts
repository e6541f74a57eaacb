import { plainText } from "./html.ts";
import type { Page } from "./page.ts";

/** A part of a page that search can lead to: `[address, title of the page, heading, text]`. */
export type SearchEntry = readonly [address: string, title: string, heading: string, text: string];

/** Where the part begins that an anchor leads to: headings, and rows and items that have an id. */
const PART = /<(h[23]|tr|li|dt)\s(?:[^>]*\s)?id="([^"]+)"[^>]*>/g;

/** A table of contents holds every word of the page's headings. */
const CONTENTS = /<nav class="contents"[\s\S]*?<\/nav>/;

function partsOf({ path, title, description, body: whole }: Page): SearchEntry[] {
  const body = whole.replace(CONTENTS, "");
  const marks = [...body.matchAll(PART)];
  const textBetween = (from: number, to: number | undefined) => plainText(body.slice(from, to));
  const first = `${description} ${textBetween(0, marks[0]?.index)}`;
  const parts = marks.map((mark, at): SearchEntry => {
    const [, tag = "", id = ""] = mark;
    const text = textBetween(mark.index, marks[at + 1]?.index);
    const ofHeading = tag.startsWith("h") ? body.slice(mark.index, body.indexOf(`</${tag}>`, mark.index)) : id;
    const heading = plainText(ofHeading);
    return [`${path}#${id}`, title, heading, text.startsWith(heading) ? text.slice(heading.length).trim() : text];
  });
  return [[path, title, "", first], ...parts];
}

/** Everything search knows, as JSON. */
export const buildSearchIndex = (pages: readonly Page[]): string =>
  JSON.stringify(pages.filter(({ document }) => document === undefined).flatMap(partsOf));
