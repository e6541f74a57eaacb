import { dropReasons } from "@achex/protocol";
import { readDocument, withContents } from "../../pipeline/document-page.ts";
import { renderMarkdown } from "../../pipeline/markdown.ts";
import type { Page } from "../../pipeline/page.ts";

const DROPS = `
## Frames dropped without a reply

Classic and cloud, the legacy dialects, have no error replies. The relay drops a frame it cannot use and counts the reason in
[/metrics](/metrics). The [test page](/test) shows the reason before you send the frame.

| reason | when |
|---|---|
${Object.entries(dropReasons)
  .map(([reason, when]) => `| \`${reason}\` | ${when} |`)
  .join("\n")}
`;

/** Without the comment meant for editors of the file. */
const prepared = (source: string): string => source.replace(/^<!--[\s\S]*?-->\s*/, "");

export const page = async (): Promise<Page> => {
  const faults = renderMarkdown(prepared(await readDocument("docs/errors.md")));
  const drops = renderMarkdown(DROPS, new Set(faults.headings.map(({ id }) => id)));
  return {
    path: "/errors",
    title: "Errors",
    description: "Every fault and close code: what it means, what to do about it, and whether to retry.",
    styles: ["design/document.css", "pages/errors/errors.css"],
    nav: { label: "Errors", group: "reference" },
    body: withContents(faults.html + drops.html, [...faults.headings, ...drops.headings]),
  };
};
