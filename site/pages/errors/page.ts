import { dropReasons } from "@achex/protocol";
import { readDocument, withContents } from "../../pipeline/document-page.ts";
import { renderMarkdown } from "../../pipeline/markdown.ts";
import type { Page } from "../../pipeline/page.ts";

const DROPS = `
## Dropped in silence

The older dialects have no word for a refusal. What cannot be used is dropped, and counted by its reason in [/metrics](/metrics); the
[test page](/test) tells the same before a frame is sent.

| reason counted | when |
|---|---|
${Object.entries(dropReasons)
  .map(([reason, when]) => `| \`${reason}\` | ${when} |`)
  .join("\n")}
`;

/** A comment for those who edit the file, and the names of the document where readers of the site find it. */
const prepared = (source: string): string => source.replace(/^<!--[\s\S]*?-->\s*/, "");

export const page = async (): Promise<Page> => {
  const faults = renderMarkdown(prepared(await readDocument("docs/errors.md")));
  const drops = renderMarkdown(DROPS, new Set(faults.headings.map(({ id }) => id)));
  return {
    path: "/errors",
    title: "Errors",
    description: "Every code a server may answer or close with: what it means and what to do about it.",
    styles: ["design/document.css", "pages/errors/errors.css"],
    nav: { label: "Errors", group: "reference" },
    body: withContents(faults.html + drops.html, [...faults.headings, ...drops.headings]),
  };
};
