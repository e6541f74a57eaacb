import { codeBlock } from "../../pipeline/highlight.ts";
import type { Page } from "../../pipeline/page.ts";

const COLOURS = [
  ["bg", "the page"],
  ["surface", "a quiet area"],
  ["raised", "cards, fields"],
  ["text", "words"],
  ["muted", "secondary text"],
  ["line", "divides"],
  ["edge", "borders of controls"],
  ["accent", "the accent colour"],
  ["good", "success"],
  ["warn", "warnings"],
  ["bad", "errors"],
];

const STEPS = ["-1", "0", "1", "2", "3", "4", "5"];
const SPACES = ["1", "2", "3", "4", "5", "6", "7", "8"];

const swatches = COLOURS.map(
  ([name, use]) =>
    `<li><span class="swatch swatch-${name}"></span><code>--${name}</code><span class="muted small">${use}</span></li>`,
).join("");

const steps = STEPS.map(
  (step) => `<p class="type-step type-step-${step}"><code>--step-${step}</code> Bytes in, bytes out</p>`,
).join("");
const spaces = SPACES.map(
  (space) => `<li><code>--space-${space}</code><span class="space space-${space}"></span></li>`,
).join("");

const log = `<ol class="log" tabindex="0" aria-label="Frames, as an example">
<li class="event"><time>10:04:11.020</time><span>connected</span></li>
<li class="out"><time>10:04:11.021</time><code>{"setID":"Ann","passwd":""}</code></li>
<li class="in"><time>10:04:11.022</time><code>{"auth":"ok"}</code></li>
<li class="in"><time>10:04:12.480</time><code>{"to":"Ann","msg":"hi"<span class="stamp">,"sID":15,"FROM":"Bob"</span>}</code></li>
<li class="bad"><time>10:04:13.007</time><span>not sent: invalid JSON, a quote is missing at 14</span></li>
</ol>`;

const controls = `<div class="cluster">
<button class="button primary" type="button">Connect</button>
<button class="button" type="button">Send</button>
<button class="button quiet" type="button">Clear</button>
<button class="button danger" type="button">Disconnect</button>
<button class="button small" type="button">Copy</button>
<button class="button" type="button" disabled>Disabled</button>
<a class="button" href="#controls">A link</a>
</div>
<div class="choice" role="group" aria-label="Dialect, as an example"><button class="button" type="button" aria-pressed="true">classic</button><button class="button" type="button" aria-pressed="false">cloud</button><button class="button" type="button" aria-pressed="false">achex.2</button></div>
<div class="halves">
<label class="field"><span>Name</span><input value="Ann" autocomplete="off"><small>What others send to.</small></label>
<label class="field"><span>Server</span><input value="ws:/localhost" aria-invalid="true" autocomplete="off"><small>A slash is missing: ws://localhost</small></label>
<label class="field"><span>Address</span><select><option>a name</option><option>a session</option><option>a hub</option></select></label>
<label class="field"><span>Frame</span><textarea class="mono" rows="2" spellcheck="false">{"to":"Bob","msg":"hi"}</textarea></label>
</div>
<label class="check"><input type="checkbox" checked> Show pings</label>`;

const surfaces = `<div class="grid">
<a class="card" href="#surfaces"><h3>A card that is a link</h3><p>One sentence about where it leads.</p></a>
<div class="card"><h3>A card with content</h3><p>The content.</p></div>
</div>
<div class="cluster"><span class="badge good">connected</span><span class="badge warn">connecting</span><span class="badge bad">refused</span><span class="badge">idle</span></div>
<p class="note">A note tells readers what they need to know before they continue.</p>
<p class="note warn">A warning describes what can go wrong.</p>
<p class="note bad">An error describes what went wrong and how to fix it.</p>
<div class="table-scroll" tabindex="0" role="region" aria-label="A table, as an example"><table class="table">
<thead><tr><th>channel</th><th>reaches</th><th class="number">sessions</th></tr></thead>
<tbody><tr><td>name</td><td>every session with that name</td><td class="number">3</td></tr><tr><td>hub</td><td>all members but the sender</td><td class="number">12</td></tr></tbody>
</table></div>`;

export const page: Page = {
  path: "/design",
  title: "Design",
  description: "The colours, sizes and parts of all pages.",
  styles: ["pages/design/design-page.css"],
  body: `<div class="stack loose">
<div class="stack"><h1>Design</h1><p class="lead">The building blocks of every page: few, large and calm, with one accent colour. All motion can be switched off.</p></div>
<section class="stack"><h2>Colour</h2><p class="muted">Light and dark, following the system or the switch above.</p><ul class="swatches">${swatches}</ul></section>
<section class="stack"><h2>Type</h2><div class="stack tight">${steps}</div></section>
<section class="stack"><h2>Space</h2><ul class="spaces">${spaces}</ul></section>
<section class="stack"><h2>Controls</h2>${controls}</section>
<section class="stack"><h2>Surfaces</h2>${surfaces}</section>
<section class="stack"><h2>Frames and code</h2>${log}${codeBlock('const socket = new WebSocket("ws://localhost:4010/");\nsocket.onmessage = ({ data }) => console.log(data);\n', "js")}<p>Keys look like <kbd>/</kbd>, code within a line like <code>toH</code>.</p></section>
</div>`,
};
