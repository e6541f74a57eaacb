import type { PageSource } from "../../../pipeline/page.ts";

export const page: PageSource = {
  path: "/demos/rpg/editor",
  title: "Map editor",
  description: "Draw a map for Lanternfall, save it as JSON, and open it again.",
  body: `<h1>Map editor</h1>
<p class="lead">Draw a map for <a href="/demos/rpg">Lanternfall</a>. A saved file can be opened here again, or replace one of the maps in <code>site/demos/rpg/maps</code>.</p>
<div id="editor"><noscript><p class="note warn">The editor requires JavaScript.</p></noscript></div>`,
  scripts: ["demos/rpg/editor/editor.tsx"],
  styles: ["demos/rpg/editor/editor.css"],
};
