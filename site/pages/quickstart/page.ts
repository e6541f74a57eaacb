import { withContents } from "../../pipeline/document-page.ts";
import { codeBlock } from "../../pipeline/highlight.ts";
import { escapeHtml } from "../../pipeline/html.ts";
import type { Page } from "../../pipeline/page.ts";
import { pathOf, runnable } from "./examples.ts";
import { essentialLines, snippetBlock } from "./snippet.ts";
import { type Step, steps } from "./steps.ts";

function runPart(file: string): string {
  const example = runnable.find(({ name }) => name === file);
  if (!example) return "";
  const path = pathOf(file);
  return `
  <div class="run">
    <p class="cluster">
      <button class="button primary" type="button" hidden data-run="${path}" data-windows="${example.windows}">Run it here</button>
      <a href="${path}" target="_blank">Open it in a new window</a>
    </p>
    <div class="run-stage"></div>
  </div>`;
}

/** For a page, shows its script with the whole file collapsed below; for other files, shows everything. */
function codePart(file: string): string {
  const lines = essentialLines(file);
  if (lines === undefined) return `<div data-whole>${snippetBlock(file)}</div>`;
  return `${codeBlock(lines, "js")}
    <details data-whole><summary>Whole file: <code>${file}</code></summary>${snippetBlock(file)}</details>`;
}

const stepPart = ({ id, title, before, file, output, after }: Step): string => `
<section class="step" data-file="${file}">
  <h2 id="${id}">${title}</h2>
  ${before}
  <div class="step-code">
    <div class="stack tight">${codePart(file)}</div>
    <figure class="stack tight"><figcaption>Output</figcaption><pre class="code" tabindex="0"><samp>${escapeHtml(output.join("\n"))}</samp></pre></figure>
  </div>
  ${runPart(file)}
  ${after}
</section>`;

export const page: Page = {
  path: "/quickstart",
  title: "Quickstart",
  description:
    "Connect, log in, and send to a user, a session, a broadcast and a hub: in a browser, in Python and on an ESP32.",
  nav: { label: "Quickstart", group: "learn" },
  scripts: ["pages/quickstart/main.ts"],
  styles: ["design/document.css", "pages/quickstart/quickstart.css"],
  body: withContents(
    `
<h1>Quickstart</h1>
<p class="lead">Build programs that talk to each other, one idea at a time. Each step shows the lines that matter; unfold the whole file to copy and save it.</p>
<section class="step">
  <h2 id="start">Start the relay</h2>
  <p>You already have one: it serves this page, and the code below uses its address. To run your own, enter this in the Achex folder:</p>
  ${codeBlock("npm install && npm start", "sh")}
  <p>It needs Node 20 or later and listens on port 4010 of your machine.</p>
</section>
${steps.map(stepPart).join("\n")}
<section class="step">
  <h2 id="next">Next steps</h2>
  <ul>
    <li><a href="/examples/interactive">Interactive example</a>: press a button and see which line of code runs.</li>
    <li><a href="/test">Test page</a>: connect several clients and see every frame.</li>
    <li><a href="/protocol">Protocol</a>: every frame and every rule.</li>
  </ul>
</section>`,
    [{ id: "start", title: "Start the relay" }, ...steps].map(({ id, title }) => ({ id, level: 2, text: title })),
  ),
};
