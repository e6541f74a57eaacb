/** The handshake: a request, an answer, and from then on frames both ways. */
export const handshake = `
<svg class="drawing" viewBox="0 0 640 330" role="img" aria-labelledby="handshake-title">
  <title id="handshake-title">The client asks by HTTP to switch to WebSocket, the server answers 101, then frames go both ways.</title>
  <g class="who"><text x="90" y="24">browser</text><text x="550" y="24">server</text></g>
  <g class="life"><path d="M90 40V320M550 40V320"/></g>
  <g class="ask"><path d="M90 76H538"/><path class="tip" d="m550 76-12-6v12z"/></g>
  <text x="320" y="66">GET / · Upgrade: websocket · Key: dGhlIHNhb…</text>
  <g class="ask"><path d="M550 136H102"/><path class="tip" d="m90 136 12-6v12z"/></g>
  <text x="320" y="126">101 Switching Protocols · Accept: s3pPLMBi…</text>
  <rect class="open" x="84" y="168" width="472" height="132" rx="8"/>
  <g class="go"><path d="M90 206H538"/><path class="tip" d="m550 206-12-6v12z"/></g>
  <text x="320" y="197">{"setID":"Ann"}</text>
  <g class="go"><path d="M550 240H102"/><path class="tip" d="m90 240 12-6v12z"/></g>
  <text x="320" y="231">{"auth":"ok"}</text>
  <g class="go"><path d="M550 274H102"/><path class="tip" d="m90 274 12-6v12z"/></g>
  <text x="320" y="265">{"to":"Ann","msg":"hi","sID":15,"FROM":"Bob"}</text>
</svg>`;

const byte = (x: number, width: number, label: string, note: string, kind = ""): string =>
  `<rect class="${kind}" x="${x}" y="40" width="${width}" height="52" rx="4"/><text x="${x + width / 2}" y="71">${label}</text><text class="note" x="${x + width / 2}" y="116">${note}</text>`;

/** A small frame from a client, byte by byte. */
export const frame = `
<svg class="drawing bytes" viewBox="0 0 640 130" role="img" aria-labelledby="frame-title">
  <title id="frame-title">A frame from a browser: one byte for kind and end, one for mask and length, four bytes of mask, then the text.</title>
  <text class="note" x="320" y="22">six bytes before a short text, two on the way back</text>
  ${byte(20, 90, "81", "text, whole")}
  ${byte(116, 90, "8f", "masked, 15")}
  ${byte(212, 150, "37 fa 21 3d", "mask")}
  ${byte(368, 252, '{"setID":"Ann"}', "the text", "payload")}
</svg>`;

const tick = (x: number, up: boolean): string =>
  up ? `<path class="ask" d="M${x} 60V30"/>` : `<path class="go" d="M${x} 150V120"/>`;

/** Polling asks again and again; a WebSocket sends when there is something. */
export const polling = `
<svg class="drawing" viewBox="0 0 640 190" role="img" aria-labelledby="polling-title">
  <title id="polling-title">Polling: a request every moment, most for nothing. WebSocket: one connection, a frame when there is something.</title>
  <text class="left" x="0" y="20">Polling: a whole request each time, mostly for nothing</text>
  <path class="axis" d="M0 60H640"/>
  ${Array.from({ length: 16 }, (_, at) => tick(20 + at * 40, true)).join("")}
  <text class="left" x="0" y="110">WebSocket: a frame, when there is something to say</text>
  <path class="axis" d="M0 150H640"/>
  ${[140, 388, 540].map((x) => tick(x, false)).join("")}
  <text class="note" x="320" y="180">time</text>
</svg>`;
