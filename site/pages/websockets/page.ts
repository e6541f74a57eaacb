import type { Page } from "../../pipeline/page.ts";
import { frame, handshake, polling } from "./drawings.ts";

const figure = (drawing: string, caption: string): string =>
  `<figure class="stack tight">${drawing}<figcaption class="muted small">${caption}</figcaption></figure>`;

const bar = (id: string): string =>
  `<span id="${id}">–</span><svg aria-hidden="true"><rect id="${id}-bar" width="0" height="100%" rx="2"/></svg>`;

const row = (id: string, label: string): string =>
  `<tr class="${id}"><th scope="row">${label}</th><td>${bar(`${id}-time`)}</td><td>${bar(`${id}-bytes`)}</td></tr>`;

type Uses = readonly (readonly [string, string])[];

const entertainment: Uses = [
  ["Chat", "a name, a room, and what others type, at once"],
  ["Multiplayer games", "positions many times a second, to those in the same match"],
  ["File transfer", "from one browser to another, without a place to upload to"],
  ["Streaming", "sound and pictures in pieces; or the signalling that leads to WebRTC"],
  ["Shared boards", "planning poker, whiteboards, a document that several write in"],
];

const industry: Uses = [
  ["Instruments", "a sensor, a scale, a weather station on a microcontroller, seen from anywhere"],
  ["Oscilloscopes", "a thousand samples in a frame, drawn as they come"],
  ["Switches and robots", "a lamp, a valve, an arm, and the state they report"],
];

const links: readonly (readonly [string, string, string])[] = [
  ["https://www.rfc-editor.org/rfc/rfc6455", "RFC 6455", "the protocol, byte by byte"],
  ["https://websockets.spec.whatwg.org/", "WebSockets, a standard of WHATWG", "what a page can do with it"],
  ["https://developer.mozilla.org/docs/Web/API/WebSocket", "MDN: WebSocket", "the same for people"],
  ["https://www.rfc-editor.org/rfc/rfc8441", "RFC 8441", "WebSockets over HTTP/2"],
  ["https://caniuse.com/websockets", "Can I use", "every browser can"],
];

const list = (uses: Uses): string =>
  `<dl class="facts wide">${uses.map(([what, how]) => `<dt>${what}</dt><dd>${how}</dd>`).join("")}</dl>`;

export const page: Page = {
  path: "/websockets",
  title: "What are WebSockets?",
  description: "Handshake, frames, and why not polling, measured live; what people build with them.",
  nav: { label: "What are WebSockets?", group: "learn" },
  scripts: ["pages/websockets/main.ts"],
  styles: ["pages/websockets/websockets.css"],
  body: `
<article class="prose">
  <h1>What are WebSockets?</h1>
  <p class="lead">A line that stays open between a program and a server, on which both may speak at any time.</p>

  <h2>It begins as a web page does</h2>
  <p>A browser opens a connection and asks, in plain HTTP, to speak WebSocket on it. The server agrees once: status 101. From then on it is no longer HTTP, and nobody has to ask before the other may speak. Since it begins like any page, it passes wherever pages pass; with TLS the address begins with <code>wss://</code>.</p>
  ${figure(handshake, "The key is random; the answer is computed from it, which proves that the server meant to agree.")}

  <h2>What travels are frames</h2>
  <p>A message is not a stretch of a stream: it arrives whole, and in order. Before a short one stand two bytes, and four more from a browser, which mask the text so that no old proxy takes it for something else.</p>
  ${figure(frame, "Besides text there are frames of raw bytes, ping and pong, which keep the line alive, and a last one that closes it with a code.")}

  <h2>Why not just ask again and again?</h2>
  <p>Before WebSockets a page had to poll: ask every moment whether something is new, or let the server hold the question until something is (long polling). Either way each message costs a request with all its headers, and the next one cannot come before the next question.</p>
  ${figure(polling, "Ask often and it is mostly in vain; ask seldom and it comes late.")}

  <h3>Measured, here and now</h3>
  <p>One end of this page sends the other a message through this server, fifty-one times: first by long polling, where the receiver's question already waits when the message is sent; then over two WebSockets.</p>
  <p><button class="button primary" type="button" id="race" hidden>Measure</button></p>
  <div class="table-scroll"><table class="table race">
    <thead><tr><th scope="col"></th><th scope="col">on the way</th><th scope="col">on the wire, each</th></tr></thead>
    <tbody>${row("polling", "Long polling")}${row("socket", "WebSocket")}</tbody>
  </table></div>
  <p class="muted small" id="race-state" role="status">Over connections that are already open. On the wire is what both ends send and receive for one message; the headers a browser keeps to itself are reckoned at the least.</p>
  <noscript><p class="note">Measuring needs JavaScript.</p></noscript>

  <h2>What people build with them</h2>
  <h3>To play and to talk</h3>
  ${list(entertainment)}
  <h3>To measure and to steer</h3>
  ${list(industry)}

  <h2>And what is Achex for, then?</h2>
  <p>A WebSocket joins one program to one server. Most things people want join programs to each other: that takes a server which knows who is who and passes on what they say. Achex is that server, so that you need not write one. <a href="/quickstart">Begin here</a>.</p>

  <h2>To read on</h2>
  <ul>
    ${links.map(([address, title, words]) => `<li><a href="${address}" rel="noreferrer">${title}</a>: ${words}</li>`).join("\n    ")}
  </ul>
</article>`,
};
