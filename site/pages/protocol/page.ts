import { readDocument, withContents } from "../../pipeline/document-page.ts";
import { renderMarkdown } from "../../pipeline/markdown.ts";
import type { Page } from "../../pipeline/page.ts";
import { dialectSwitch, markDialects } from "./dialects.ts";
import { withDiagrams } from "./render-diagram.ts";

const LEAD = `<p class="lead">A program opens a WebSocket, says a name, and sends JSON. The relay hands each frame on as it is, with a stamp that says who
sent it. This page has every rule; the ids are those the tests prove.</p>`;

export const page = async (): Promise<Page> => {
  const { html, headings } = renderMarkdown(await readDocument("PROTOCOL.md"));
  const [title = "", rest = html] = html.split(/(?<=<\/h1>\n)/);
  const body = withContents(`${title}${LEAD}${dialectSwitch}${await withDiagrams(markDialects(rest))}`, headings);
  return {
    path: "/protocol",
    title: "Protocol",
    description: "Every frame and every rule of the three dialects, with moving diagrams of each step.",
    scripts: ["pages/protocol/main.ts"],
    styles: ["design/document.css", "pages/protocol/protocol.css", "pages/protocol/scene.css"],
    nav: { label: "Protocol", group: "reference" },
    body,
  };
};
