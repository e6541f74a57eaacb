import type { PageSource } from "../../pipeline/page.ts";

export const page: PageSource = {
  path: "/test",
  title: "Test page",
  description: "Connect several WebSocket clients to an Achex server, send any frame, and see what happened to it.",
  body: `<div id="tester">
<h1>Test page</h1>
<p class="lead">Connect several clients, send frames, and see what happened to each.</p>
<noscript><p class="note warn">This page requires JavaScript.</p></noscript>
</div>`,
  scripts: ["pages/test/main.tsx"],
  styles: ["pages/test/test.css"],
  nav: { label: "Test page", group: "try" },
  connectsAnywhere: true,
};
