/** What it took to ask the same server for something, once after the other, in one of the two ways. */
export interface Lap {
  /** Round trip of each, milliseconds. */
  readonly times: readonly number[];
  /** On the wire, both directions together, on average. */
  readonly bytes: number;
}

/** The header of a frame: 2 bytes, 4 more for the mask of a browser, 2 more from 126 bytes on. */
const frameBytes = (text: string, masked: boolean): number =>
  text.length + 2 + (masked ? 4 : 0) + (text.length > 125 ? 2 : 0);

const ASKED = '{"echo":true,"n":0}';

/** Long polling without the waiting: each message costs a request and its answer. */
export async function pollingLap(count: number): Promise<Lap> {
  const times: number[] = [];
  let received = 0;
  for (let n = 0; n < count; n++) {
    const start = performance.now();
    const response = await fetch(`/health?n=${n}`, { cache: "no-store" });
    const text = await response.text();
    times.push(performance.now() - start);
    const headers = [...response.headers].reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);
    received += headers + text.length + "HTTP/1.1 200 OK\r\n\r\n".length;
  }
  return { times, bytes: received / count + requestBytes() };
}

/** What a browser sends at least; a page cannot see the rest of its own request headers. */
const requestBytes = (): number =>
  [
    "GET /health?n=10 HTTP/1.1",
    `Host: ${location.host}`,
    "Connection: keep-alive",
    `User-Agent: ${navigator.userAgent}`,
    "Accept: */*",
    `Referer: ${location.href}`,
    "Accept-Encoding: gzip, deflate, br, zstd",
    `Accept-Language: ${navigator.languages.join(",")}`,
    "",
  ].reduce((sum, line) => sum + line.length + 2, 0);

/** The same over one WebSocket: the server sends back what it is sent. */
export async function socketLap(count: number): Promise<Lap> {
  const socket = new WebSocket(location.origin.replace(/^http/, "ws"));
  const closed = new Promise<never>((_, reject) => {
    socket.onclose = () => reject(new Error("the connection was closed"));
  });
  const next = () =>
    Promise.race([closed, new Promise<string>((resolve) => (socket.onmessage = ({ data }) => resolve(String(data))))]);
  try {
    // The relay greets first: the connection stands.
    await next();
    const times: number[] = [];
    let bytes = 0;
    for (let n = 0; n < count; n++) {
      const asked = ASKED.replace("0", String(n));
      const start = performance.now();
      socket.send(asked);
      const text = await next();
      times.push(performance.now() - start);
      bytes += frameBytes(asked, true) + frameBytes(text, false);
    }
    return { times, bytes: bytes / count };
  } finally {
    closed.catch(() => {});
    socket.close();
  }
}

/** Of an uneven number of values the one in the middle. */
export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
};
