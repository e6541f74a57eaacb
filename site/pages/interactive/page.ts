import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "../../pipeline/page.ts";
import { lessonHtml } from "./source.ts";

/** `target` distinguishes buttons with the same label for users of screen readers. */
const button = (step: string, label: string, target = ""): string =>
  `<button class="button${step === "log-in" ? " primary" : ""}" type="button" data-step="${step}"${target === "" ? "" : ` aria-label="${label} ${target}"`} disabled>${label}</button>`;

const field = (id: string, label: string, more = ""): string =>
  `<label class="field"><span>${label}</span><input id="${id}" autocomplete="off" ${more}></label>`;

const lesson = () => readFileSync(join(import.meta.dir, "lesson.ts"), "utf8");

export const page = (): Page => ({
  path: "/examples/interactive",
  title: "Interactive example",
  description: "Log in, join, send to each kind of address, and see the line of code that does it.",
  nav: { label: "Interactive example", group: "learn" },
  scripts: ["pages/interactive/main.ts"],
  styles: ["pages/interactive/interactive.css"],
  body: `
<div class="prose">
  <h1>Interactive example</h1>
  <p class="lead">Press a button and see which line of the program runs. To send messages between two clients, <a href="/examples/interactive" target="_blank">open this page in a second window</a>.</p>
</div>
<div class="lesson">
  <section class="listing" aria-label="Program">
    <pre class="code source" tabindex="0"><code>${lessonHtml(lesson())}</code></pre>
  </section>
  <div class="steps">
    <fieldset>
      <legend>Log in <span class="badge" id="state" role="status">not connected</span></legend>
      <div class="with-button">${field("name", "Name", 'maxlength="128"')}${button("log-in", "Log in")}</div>
    </fieldset>
    <fieldset>
      <legend>Join</legend>
      <div class="with-button"><p>The hub <code>lobby</code> and the broadcast <code>news</code></p>${button("join", "Join both")}</div>
      <p class="muted">Members of the lobby: <span id="members">unknown until you join</span></p>
    </fieldset>
    <fieldset>
      <legend>Send</legend>
      ${field("msg", "Message", 'value="hello"')}
      <div class="with-button">${field("to", "To a name")}${button("to-name", "Send", "to the name")}</div>
      <div class="with-button">${field("session", "To a session", 'inputmode="numeric"')}${button("to-session", "Send", "to the session")}</div>
      <div class="with-button"><p>To the hub <code>lobby</code></p>${button("to-hub", "Send", "to the hub")}</div>
      <div class="with-button"><p>To the broadcast <code>news</code></p>${button("to-broadcast", "Send", "to the broadcast")}</div>
    </fieldset>
    <div class="cluster">${button("latency", "Measure latency")}${button("leave", "Log out")}</div>
  </div>
  <section class="output">
    <h2>Activity</h2>
    <ol class="log" id="said" aria-live="polite" aria-label="Activity" tabindex="0"></ol>
  </section>
</div>`,
});
