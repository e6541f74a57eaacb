import type { Page } from "../../pipeline/page.ts";
import { demoCards } from "./list.ts";

export const page = (): Page => ({
  path: "/demos",
  title: "Demos",
  description: "Programs that run on this relay. Try them and read their code.",
  styles: ["pages/demos/demos.css"],
  nav: { label: "Demos", group: "try" },
  body: `<div class="stack loose">
<div class="stack"><h1>Demos</h1><p class="lead">Programs that run on this relay. Try them and read their code. Open one in two windows, or on your phone if the relay was started with <code>--host 0.0.0.0</code>.</p></div>
${demoCards(2)}
<p class="muted">To build your own, start with the <a href="/quickstart">Quickstart</a>: a page is one HTML file.</p>
</div>`,
});
