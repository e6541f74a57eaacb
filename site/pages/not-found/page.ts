import type { Page } from "../../pipeline/page.ts";

export const page: Page = {
  path: "/404",
  title: "There is no such page",
  description: "What to do when an address leads nowhere.",
  scripts: ["pages/not-found/main.ts"],
  body: `<div class="stack loose">
<div class="stack"><h1>There is no such page</h1>
<p class="lead">Nothing is served at <code id="wanted">this address</code>.</p></div>
<section class="stack" id="near" hidden><h2>Did you mean</h2><ul class="stack tight" id="near-list"></ul></section>
<p>Press <kbd>/</kbd> to search all pages, or go <a href="/">home</a>.</p>
<p class="note">If a program sent you here: it asked over plain HTTP. WebSocket clients may use any path; it names an instance, as the
<a href="/protocol#D1">protocol</a> says.</p>
</div>`,
};
