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
  ["Chat", "messages appear as soon as somebody sends them"],
  ["Multiplayer games", "positions many times per second, to everybody in the same match"],
  ["File transfer", "from one browser to another, without an upload"],
  ["Streaming", "sound and video in pieces, or the signalling for WebRTC"],
  ["Shared boards", "planning poker, whiteboards, documents with several authors"],
];

const industry: Uses = [
  ["Instruments", "a sensor, a scale or a weather station on a microcontroller, visible from anywhere"],
  ["Oscilloscopes", "a thousand samples per frame, drawn as they arrive"],
  ["Switches and robots", "a lamp, a valve or an arm, and the state it reports"],
];

const links: readonly (readonly [string, string, string])[] = [
  ["https://www.rfc-editor.org/rfc/rfc6455", "RFC 6455", "the protocol, byte by byte"],
  ["https://websockets.spec.whatwg.org/", "WebSockets Standard (WHATWG)", "the browser API"],
  ["https://developer.mozilla.org/docs/Web/API/WebSocket", "MDN: WebSocket", "a guide to that API"],
  ["https://www.rfc-editor.org/rfc/rfc8441", "RFC 8441", "WebSockets over HTTP/2"],
  ["https://caniuse.com/websockets", "Can I use", "browser support: every current browser"],
];

const list = (uses: Uses): string =>
  `<dl class="facts wide">${uses.map(([what, how]) => `<dt>${what}</dt><dd>${how}</dd>`).join("")}</dl>`;

export const page: Page = {
  path: "/websockets",
  title: "What are WebSockets?",
  description: "The handshake, frames, a live comparison with polling, and what people build with WebSockets.",
  nav: { label: "What are WebSockets?", group: "learn" },
  scripts: ["pages/websockets/main.ts"],
  styles: ["pages/websockets/websockets.css"],
  body: `
<article class="prose centred">
  <h1>What are WebSockets?</h1>
  <p class="lead">A WebSocket is a connection between a program and a server that stays open, so that both can send at any time.</p>

  <h2>The handshake</h2>
  <p>A browser opens a connection and asks over plain HTTP to switch to WebSocket. The server agrees with status 101. From then on the connection no longer carries HTTP, and either side can send without being asked. Because it starts like a web page, it works wherever web pages work. With TLS the address begins with <code>wss://</code>.</p>
  ${figure(handshake, "The request holds a random key, and the response a value computed from it. This proves that the server supports WebSocket.")}

  <h2>Frames</h2>
  <p>Data is sent in frames. Each message arrives complete, and messages arrive in order. A short frame has a header of two bytes. Browsers add four bytes that mask the text, so that old proxies cannot mistake it for HTTP.</p>
  ${figure(frame, "There are also frames for raw bytes, ping and pong frames that keep the connection alive, and a close frame with a code.")}

  <h2>WebSocket or polling?</h2>
  <p>Without WebSockets a page has to poll: it asks again and again whether there is something new, or lets the server delay its response until there is (long polling). Either way, every message costs a request with all its headers, and the next message has to wait for the next request.</p>
  ${figure(polling, "Frequent polling mostly returns nothing. Infrequent polling delivers messages late.")}

  <h3>Measure it now</h3>
  <p>This page sends itself 51 messages through this relay: first by long polling, with a request that is already waiting when the message is sent, then over two WebSockets.</p>
  <p><button class="button primary" type="button" id="race" hidden>Measure</button></p>
  <div class="table-scroll"><table class="table race">
    <thead><tr><td></td><th scope="col">latency</th><th scope="col">bytes per message</th></tr></thead>
    <tbody>${row("polling", "Long polling")}${row("socket", "WebSocket")}</tbody>
  </table></div>
  <p class="muted small" id="race-state" role="status">Measured over open connections. Bytes are what both ends send and receive for one message; request headers that pages cannot read are estimated at their minimum.</p>
  <noscript><p class="note">The measurement needs JavaScript.</p></noscript>

  <h2>What people build with WebSockets</h2>
  <h3>Games and communication</h3>
  ${list(entertainment)}
  <h3>Measurement and control</h3>
  ${list(industry)}

  <h2>What Achex adds</h2>
  <p>A WebSocket connects one program to one server. Most applications connect programs to each other. That requires a server that knows which programs are connected and forwards their messages. Achex is that server, so you do not have to write it. <a href="/quickstart">Start with the Quickstart</a>.</p>

  <h2>Further reading</h2>
  <ul>
    ${links.map(([address, title, words]) => `<li><a href="${address}" rel="noreferrer">${title}</a>: ${words}</li>`).join("\n    ")}
  </ul>
</article>`,
};
