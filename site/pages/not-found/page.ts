import type { Page } from "../../pipeline/page.ts";

export const page: Page = {
  path: "/404",
  title: "Page not found",
  searchable: false,
  description: "What to do when a page does not exist.",
  scripts: ["pages/not-found/main.ts"],
  body: `<div class="stack loose">
<div class="stack"><h1>Page not found</h1>
<p class="lead">There is no page at <code id="wanted">this address</code>.</p></div>
<section class="stack" id="near" hidden><h2>Did you mean</h2><ul class="stack tight" id="near-list"></ul></section>
<p>Press <kbd>/</kbd> to search all pages, or go <a href="/">home</a>.</p>
<p class="note">If a program received this page, it sent a plain HTTP request. WebSocket clients can use any path; the path is the name of an <a href="/protocol#D1">instance</a>.</p>
</div>`,
};
