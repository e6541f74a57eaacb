import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "../../pipeline/page.ts";
import { drawings } from "./drawings.ts";

interface Demo {
  readonly folder: keyof typeof drawings;
  readonly path: string;
  readonly title: string;
  readonly text: string;
}

/** A card appears when the page exists: site/pages/<folder>. */
const DEMOS: readonly Demo[] = [
  {
    folder: "simple",
    path: "/examples/simple",
    title: "Simple example",
    text: "A chat in one HTML file of under forty lines. View its source: that is the lesson.",
  },
  {
    folder: "interactive",
    path: "/examples/interactive",
    title: "Interactive example",
    text: "Log in, join, send to each kind of address. The code stands beside it and lights up line by line as it runs.",
  },
  {
    folder: "test",
    path: "/test",
    title: "Test page",
    text: "Several clients at once, every frame in and out, and a word on each before it is sent: where it will go, or why not.",
  },
  {
    folder: "banner",
    path: "/banner",
    title: "Banner",
    text: "A line for your own page that shows whether it is connected, and how fast.",
  },
];

const cards = (): string =>
  DEMOS.filter(({ folder }) => existsSync(join(import.meta.dir, "..", folder, "page.ts")))
    .map(
      ({ folder, path, title, text }) =>
        `<a class="card demo" href="${path}">${drawings[folder]}<h2>${title}</h2><p>${text}</p></a>`,
    )
    .join("");

export const page = (): Page => ({
  path: "/demos",
  title: "Demos",
  description: "Things that run on this very server, to play with and to take apart.",
  styles: ["pages/demos/demos.css"],
  nav: { label: "Demos", group: "try" },
  body: `<div class="stack loose">
<div class="stack"><h1>Demos</h1><p class="lead">They run on this very server: open one in two windows, or, on a relay started with <code>--host 0.0.0.0</code>, on your phone as well.</p></div>
<div class="demos">${cards()}</div>
<p class="muted">Made something with it? A page is one HTML file; <a href="/quickstart">start here</a>.</p>
</div>`,
});
