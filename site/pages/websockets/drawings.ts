// Drawn 400 units wide, so that the text is still readable when scaled down on a phone.

const line = (y: number, right: boolean, text: string, kind: string): string => {
  const [path, tip] = right ? [`M40 ${y}H350`, `m360 ${y}-12-6v12z`] : [`M360 ${y}H50`, `m40 ${y} 12-6v12z`];
  return `<g class="${kind}"><path d="${path}"/><path class="tip" d="${tip}"/></g><text x="200" y="${y - 9}">${text}</text>`;
};

/** The handshake: a request, an answer, and from then on frames both ways. */
export const handshake = `
<svg class="drawing" viewBox="0 0 400 340" role="img" aria-labelledby="handshake-title">
  <title id="handshake-title">The browser asks over HTTP to switch to WebSocket, the server answers 101, then both send frames.</title>
  <g class="who"><text x="40" y="20">browser</text><text x="360" y="20">server</text></g>
  <g class="life"><path d="M40 34V330M360 34V330"/></g>
  ${line(72, true, "GET / · Upgrade: websocket", "ask")}
  ${line(122, false, "101 Switching Protocols", "ask")}
  <rect class="open" x="32" y="150" width="336" height="164" rx="8"/>
  ${line(194, true, '{"setID":"Ann"}', "go")}
  ${line(240, false, '{"auth":"ok"}', "go")}
  ${line(286, false, '{"to":"Ann","msg":"hi", …}', "go")}
</svg>`;

const byte = (x: number, width: number, label: string, notes: readonly string[], kind = ""): string =>
  `<rect class="${kind}" x="${x}" y="4" width="${width}" height="48" rx="4"/><text x="${x + width / 2}" y="33">${label}</text>${notes
    .map((note, at) => `<text class="note" x="${x + width / 2}" y="${74 + 18 * at}">${note}</text>`)
    .join("")}`;

/** A small frame from a client, byte by byte. */
export const frame = `
<svg class="drawing bytes" viewBox="0 0 400 100" role="img" aria-labelledby="frame-title">
  <title id="frame-title">A frame from a browser: one byte for type and end, one for mask and length, four bytes of mask, then the text.</title>
  ${byte(1, 58, "81", ["whole", "text"])}
  ${byte(65, 58, "8f", ["masked,", "15 bytes"])}
  ${byte(129, 112, "37 fa 21 3d", ["the mask"])}
  ${byte(247, 152, '{"setID":"Ann"}', ["the text"], "payload")}
</svg>`;

const tick = (x: number, y: number, kind: string): string => `<path class="${kind}" d="M${x} ${y}V${y - 28}"/>`;

/** Polling sends requests repeatedly; a WebSocket sends when there is something to send. */
export const polling = `
<svg class="drawing" viewBox="0 0 400 176" role="img" aria-labelledby="polling-title">
  <title id="polling-title">Polling: a request at every interval, most without a result. WebSocket: one connection, a frame when there is something to send.</title>
  <text class="left" x="0" y="16">Polling: a request every time</text>
  <path class="axis" d="M0 62H400"/>
  ${Array.from({ length: 12 }, (_, at) => tick(14 + at * 33, 62, "ask")).join("")}
  <text class="left" x="0" y="104">WebSocket: a frame when needed</text>
  <path class="axis" d="M0 150H400"/>
  ${[88, 243, 338].map((x) => tick(x, 150, "go")).join("")}
  <text class="note" x="200" y="172">time</text>
</svg>`;
