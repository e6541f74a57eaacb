import type { Page } from "../../pipeline/page.ts";
import { APPLICATIONS, demoCards, GAMES } from "./list.ts";

export const page = (): Page => ({
  path: "/demos",
  title: "Demos",
  description: "Games and other programs that run on this relay. Play them, and read their code.",
  styles: ["pages/demos/demos.css"],
  nav: { label: "Demos", group: "try" },
  body: `<div class="stack loose">
<div class="stack"><h1>Demos</h1><p class="lead">Programs that run on this relay, without any code on the server. Open one in two windows, or on your phone if the relay was started with <code>--host 0.0.0.0</code>.</p></div>
<h2>Games</h2>
${demoCards(3, GAMES)}
<p class="muted"><a href="/games">How the games work</a> explains rooms, hosts, seats and bad networks, with the smallest game as the example.</p>
<h2>Applications</h2>
${demoCards(3, APPLICATIONS)}
<p class="muted"><a href="/streaming">Data streaming</a> describes how any program publishes numbers. <a href="/instruments">Instruments</a> describes how a real instrument joins, in any language.</p>
<h2>Tools and examples</h2>
${demoCards(3)}
<p class="muted">Two examples with 40 lines each: <a href="/examples/webrtc">WebRTC signalling</a> and <a href="/examples/remote-buttons">remote buttons</a>, explained in the <a href="/recipes">Recipes</a>.</p>
<p class="muted">To build your own, start with the <a href="/quickstart">Quickstart</a>: a page is one HTML file.</p>
</div>`,
});
