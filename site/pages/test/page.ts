import type { PageSource } from "../../pipeline/page.ts";

export const page: PageSource = {
  path: "/test",
  title: "Test page",
  description:
    "Connect any number of WebSocket clients to an Achex server, send every frame there is, and see what comes back.",
  body: `<div id="tester">
<h1>Test page</h1>
<p class="lead">Several clients at once, every frame in and out, and what the server will make of what you write.</p>
<noscript><p class="note warn">This page is a tool and needs JavaScript.</p></noscript>
</div>`,
  scripts: ["pages/test/main.tsx"],
  styles: ["pages/test/test.css"],
  nav: { label: "Test page", group: "try" },
  connectsAnywhere: true,
};
