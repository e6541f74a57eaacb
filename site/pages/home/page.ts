import { join } from "node:path";
import { escapeHtml } from "../../pipeline/html.ts";
import { DIAMOND } from "../../pipeline/layout.ts";
import type { Page } from "../../pipeline/page.ts";
import { snippetBlock } from "../quickstart/snippet.ts";
import { type Figures, readFigures } from "./figures.ts";

const peer = (name: string, other: string, words = ""): string => `
  <form class="card peer" data-peer="${name}" autocomplete="off">
    <h2>${name} <span class="badge" role="status">not connected</span></h2>
    <ol class="talk" aria-live="polite" aria-label="What ${name} sees" tabindex="0"></ol>
    <label class="field"><span>To ${other}</span>
      <span class="row"><input name="msg" maxlength="500" placeholder="Say something"${words === "" ? "" : ` value="${words}"`}><button class="button primary" type="submit">Send</button></span>
    </label>
  </form>`;

const card = (path: string, title: string, text: string): string =>
  `<a class="card" href="${path}"><h3>${title}</h3><p>${text}</p></a>`;

const figuresPart = ({ date, machine, list }: Figures): string => `
<section class="home-part">
  <h2>Measured</h2>
  <dl class="figures">
    ${list.map(({ value, unit, what }) => `<div><dt>${value} <small>${unit}</small></dt><dd>${what}</dd></div>`).join("\n    ")}
  </dl>
  <p class="muted">On ${escapeHtml(machine)}, ${date}. <a href="/performance">How, and beside others</a></p>
</section>`;

/** `results` is the folder the benchmarks write to. */
export function homePage(results: string): Page {
  const figures = readFigures(results);
  return {
    path: "/",
    title: "Achex",
    description: "A WebSocket relay: programs connect, log in under a name, and send each other JSON.",
    scripts: ["pages/home/main.ts"],
    styles: ["pages/home/home.css"],
    body: `
<section class="home-opening">
  <h1>A relay for things that talk</h1>
  <p class="lead">Programs connect to this address by WebSocket, log in under a name, and send each other JSON.</p>
</section>

<section aria-label="Two clients, live">
  <div class="peers">
    ${peer("Ann", "Bob")}
    <div class="wire" aria-hidden="true"><span data-half="near"></span>${DIAMOND}<span data-half="far"></span></div>
    ${peer("Bob", "Ann", "Hello Ann")}
  </div>
  <dl class="facts wire-frames">
    <dt id="sender">Ann sent</dt><dd><code id="frame-sent">…</code></dd>
    <dt id="receiver">Bob received</dt><dd><code id="frame-received">…</code></dd>
    <dt>On the way</dt><dd><span id="took">…</span> <span class="muted">through this very server; the drawing takes its time</span></dd>
  </dl>
  <noscript><p class="note">The two clients need JavaScript. <a href="/quickstart">Quickstart</a> shows the same with what you have.</p></noscript>
</section>

<section class="home-part">
  <h2>Ten lines that do it</h2>
  <p class="muted">Save them as <code>chat.html</code>, open the file in two windows, type, press Enter. No library, no account.</p>
  ${snippetBlock("chat.html")}
  <p><a class="button primary" href="/quickstart">Quickstart, step by step</a></p>
</section>

<section class="home-part">
  <h2>Try it</h2>
  <div class="grid home-cards">
    ${card("/demos", "Demos", "What runs on this relay, to play with and to take apart.")}
    ${card("/examples/interactive", "Interactive example", "Log in, join, send; see the line of code that does it.")}
    ${card("/test", "Test page", "Every frame, in and out, of as many clients as you like.")}
  </div>
</section>
${figures ? figuresPart(figures) : ""}`,
  };
}

export const page = () => homePage(join(import.meta.dir, "../../../bench/results"));
