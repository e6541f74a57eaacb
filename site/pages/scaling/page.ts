import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../pipeline/bundle.ts";
import { documentPage } from "../../pipeline/document-page.ts";
import type { Page } from "../../pipeline/page.ts";

/** What the document says instead of the picture, as a paragraph. */
const WRITTEN = /<p>Architecture of a cluster: [^<]*<\/p>/;

/** The picture as part of the page: scaling.css has its colours, because they follow the theme of the page. */
function drawn(): string {
  const svg = readFileSync(join(root, "docs/pictures/cluster.svg"), "utf8");
  const plain = svg.replace(/ *<style>[\s\S]*?<\/style>\n/, "").replace(/ width="\d+" height="\d+" role/, " role");
  return `<figure class="cluster" tabindex="0" role="group" aria-label="Architecture of a cluster">${plain}</figure>`;
}

export async function page(): Promise<Page> {
  const written = await documentPage("docs/scaling.md", {
    title: "Several nodes",
    description:
      "Several relays that are one for their clients, connected by NATS: how to set them up, what is the same as on one, and what happens when something fails.",
    nav: { label: "Several nodes", group: "operate" },
    styles: ["pages/scaling/scaling.css"],
  });
  return { ...written, body: written.body.replace(WRITTEN, drawn) };
}
