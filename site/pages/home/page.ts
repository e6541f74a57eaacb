import { join } from "node:path";
import { codeBlock } from "../../pipeline/highlight.ts";
import { escapeHtml } from "../../pipeline/html.ts";
import { DIAMOND_SVG } from "../../pipeline/layout.ts";
import type { Page } from "../../pipeline/page.ts";
import { DEMOS, demoCards, GAMES } from "../demos/list.ts";
import { type Results, readResults } from "../performance/results.ts";
import { snippetBlock } from "../quickstart/snippet.ts";
import { comparisonTable } from "./comparison.ts";
import { headlines } from "./figures.ts";

const peer = (name: string, other: string, words = ""): string => `
  <form class="card peer" data-peer="${name}" autocomplete="off">
    <h3>${name} <span class="badge" role="status">not connected</span></h3>
    <ol class="talk" aria-live="polite" aria-label="Messages that ${name} sees" tabindex="0"></ol>
    <label class="field"><span>To ${other}</span>
      <span class="row"><input name="msg" maxlength="500" placeholder="Type a message"${words === "" ? "" : ` value="${words}"`}><button class="button primary" type="submit">Send</button></span>
    </label>
  </form>`;

function figuresPart(results: Results): string {
  const list = headlines(results);
  if (list.length === 0) return "";
  return `
<section class="home-part">
  <h2>Performance</h2>
  <dl class="figures">
    ${list.map(({ ratio, headline, detail }) => `<div><dt>${ratio}</dt><dd><b>${headline}</b><br>${detail}</dd></div>`).join("\n    ")}
  </dl>
  <p class="muted">All servers measured in one run on ${escapeHtml(results.machine)}, ${results.date}. <a href="/performance">Charts and method</a></p>
</section>`;
}

/** `folder` is where the benchmarks write their results. */
export function homePage(folder: string): Page {
  const results = readResults(folder);
  return {
    path: "/",
    title: "Achex",
    description:
      "A self-hosted WebSocket relay: programs connect, log in under a name, and send each other JSON, without server code.",
    scripts: ["pages/home/main.ts"],
    styles: ["pages/demos/demos.css", "pages/home/home.css"],
    body: `
<section class="home-opening">
  <h1>The WebSocket relay that just works</h1>
  <p class="lead">Games, chats, lab instruments and microcontroller boards connect, log in under a name, and send each other JSON. You write no server code, and a dropped connection loses no messages. Programs written for achex.ca work unchanged: you change only the host.</p>
  <div class="home-start">
    <p class="cluster"><a class="button primary" href="/test">Try it</a><a class="button" href="/quickstart">Quickstart</a></p>
    <div class="home-install">${codeBlock("npm install && npm start", "sh")}<p class="muted small">Run this in a copy of the <a href="/source">source</a>. It needs Node 20 or later.</p></div>
  </div>
</section>

<section>
  <h2 class="home-live">Live: Ann and Bob, connected to this relay</h2>
  <div class="peers">
    ${peer("Ann", "Bob")}
    <div class="wire" aria-hidden="true"><span data-half="near"></span>${DIAMOND_SVG}<span data-half="far"></span></div>
    ${peer("Bob", "Ann", "Hello Ann")}
  </div>
  <dl class="facts wire-frames">
    <dt id="sender">Ann sent</dt><dd><code id="frame-sent">…</code></dd>
    <dt id="receiver">Bob received</dt><dd><code id="frame-received">…</code></dd>
    <dt>Latency</dt><dd><span id="took">…</span> <span class="muted">from Ann to Bob through this relay; animation slowed</span></dd>
  </dl>
  <noscript><p class="note">The live example needs JavaScript. The <a href="/quickstart">Quickstart</a> works without it.</p></noscript>
</section>

<section class="home-part">
  <h2>A chat in ten lines</h2>
  <p class="muted">Save it as <code>chat.html</code>, open the file in two windows, type a message and press Enter. No library, no account.</p>
  ${snippetBlock("chat.html")}
  <p><a href="/quickstart">Quickstart, step by step</a></p>
</section>

<section class="home-part">
  <h2>How it compares</h2>
  ${comparisonTable}
</section>

<section class="home-part">
  <h2>Demos</h2>
  ${demoCards(3, [...GAMES, ...DEMOS].slice(0, 4))}
  <p><a href="/demos">All demos</a></p>
</section>
${results ? figuresPart(results) : ""}`,
  };
}

export const page = () => homePage(join(import.meta.dir, "../../../bench/results"));
