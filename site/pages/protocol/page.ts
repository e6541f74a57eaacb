import { readDocument, withContents } from "../../pipeline/document-page.ts";
import { renderMarkdown } from "../../pipeline/markdown.ts";
import type { Page } from "../../pipeline/page.ts";
import { dialectSwitch, markDialects } from "./dialects.ts";
import { withDiagrams } from "./render-diagram.ts";
import { linkRules } from "./rule-links.ts";

const LEAD = `<p class="lead">Programs open a WebSocket, log in under a name, and send JSON. The relay forwards each frame unchanged, with a stamp that identifies the sender. This page
has every rule; tests refer to rules by the same ids.</p>`;

export const page = async (): Promise<Page> => {
  const { html, headings } = renderMarkdown(await readDocument("PROTOCOL.md"));
  const [title = "", rest = html] = html.split(/(?<=<\/h1>\n)/);
  const body = withContents(
    `${title}${LEAD}${dialectSwitch}${await withDiagrams(markDialects(linkRules(rest)))}`,
    headings,
  );
  return {
    path: "/protocol",
    title: "Protocol",
    description: "Every frame and every rule of the three dialects, with animated diagrams.",
    scripts: ["pages/protocol/main.ts"],
    styles: ["design/document.css", "pages/protocol/protocol.css", "pages/protocol/scene.css"],
    nav: { label: "Protocol", group: "reference" },
    body,
  };
};
