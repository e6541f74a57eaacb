import { afterAll, expect, test } from "bun:test";
import { createBrowser } from "./browser.ts";
import { accessibilityFindings } from "./checks.ts";
import { startOrigin } from "./origin.ts";

/** Many texts of one kind, and one pale text of each way in which texts differ. */
const PALE = `<!doctype html><html lang="en"><title>Pale</title>
<style>
  body { color: #222; background: #fff }
  .pale { color: #ccc }
  .dark { background: #333 }
  .badge { position: absolute; top: 300px; left: 300px }
  #by-colour { color: #ddd }
</style>
<main><h1>Pale</h1>
<ul>${'<li class="row">As dark as the others</li>'.repeat(100)}
<li class="row" id="by-colour">Paler than the others</li></ul>
<p id="by-class" class="pale">Pale</p>
<p><span>Dark</span></p>
<p class="dark"><span id="by-background">Pale on dark</span></p>
<div class="badge">Dark</div><div class="badge" style="background: #333" id="by-place">Pale</div>
<div id="host"></div></main>
<script>
  document.querySelector("#host").attachShadow({ mode: "open" }).innerHTML = '<p style="color: #eee">Pale inside</p>';
</script>`;

const browser = createBrowser();
const origin = startOrigin({ "/": PALE });
afterAll(() => origin[Symbol.dispose]());

test("of texts alike one is measured, and each that differs is found", async () => {
  await using opened = await browser.open(origin.url());
  const found = await accessibilityFindings(opened.page, ["color-contrast"]);
  const places = [found].flat().map((one) => /^color-contrast at (.*?): /.exec(String(one))?.[1]);
  expect(places.toSorted()).toEqual(["#by-background", "#by-class", "#by-colour", "#by-place", "#host,p"]);
  expect(await opened.page.locator("[data-contrast-sample]").count()).toBeLessThan(15);
});
