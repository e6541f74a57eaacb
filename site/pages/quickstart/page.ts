import { withContents } from "../../pipeline/document-page.ts";
import { codeBlock } from "../../pipeline/highlight.ts";
import type { Page } from "../../pipeline/page.ts";
import { pathOf, runnable } from "./examples.ts";
import { snippetBlock } from "./snippet.ts";
import { type Step, steps } from "./steps.ts";

function runPart(file: string): string {
  const example = runnable.find(({ name }) => name === file);
  if (!example) return "";
  const path = pathOf(file);
  return `
  <div class="run">
    <p class="cluster">
      <button class="button primary" type="button" hidden data-run="${path}" data-windows="${example.windows}">Run it here</button>
      <a href="${path}" target="_blank">Open it in a window of its own</a>
    </p>
    <div class="run-stage"></div>
  </div>`;
}

const stepPart = ({ id, title, before, file, after }: Step): string => `
<section class="step" data-file="${file}">
  <h2 id="${id}">${title}</h2>
  ${before}
  ${snippetBlock(file)}
  ${runPart(file)}
  ${after}
</section>`;

export const page: Page = {
  path: "/quickstart",
  title: "Quickstart",
  description: "From nothing to a working page: connect, log in, send to a user, a session, a broadcast, a hub.",
  nav: { label: "Quickstart", group: "learn" },
  scripts: ["pages/quickstart/main.ts"],
  styles: ["design/document.css", "pages/quickstart/quickstart.css"],
  body: withContents(
    `
<h1>Quickstart</h1>
<p class="lead">From nothing to programs that talk to each other, one idea at a time. Every block below is a whole file: copy it, save it, open it.</p>
<section class="step">
  <h2 id="start">Start the relay</h2>
  <p>You have one: this page came from it, and the code below holds its address. To run your own, in the folder of Achex:</p>
  ${codeBlock("npm install && npm start", "sh")}
  <p>It needs Node 20 or newer, and listens on port 4010 of your machine.</p>
</section>
${steps.map(stepPart).join("\n")}
<section class="step">
  <h2 id="next">Where to go from here</h2>
  <ul>
    <li><a href="/examples/interactive">Interactive example</a>: press a button, see which line runs.</li>
    <li><a href="/test">Test page</a>: every frame in and out, as many clients as you like.</li>
    <li><a href="/protocol">Protocol</a>: all there is, and nothing else.</li>
  </ul>
</section>`,
    [{ id: "start", title: "Start the relay" }, ...steps].map(({ id, title }) => ({ id, level: 2, text: title })),
  ),
};
