/** Results for messages sent one after the other, with one of the two techniques. */
export interface Lap {
  /** Time from send to receipt, in milliseconds. */
  readonly times: readonly number[];
  /** Average bytes on the wire for each message, both ends together. */
  readonly bytes: number;
}

/** The header of a frame: 2 bytes, 4 more for the mask of a browser, 2 more from 126 bytes on. */
const frameBytes = (text: string, masked: boolean): number =>
  text.length + 2 + (masked ? 4 : 0) + (text.length > 125 ? 2 : 0);

/** The least that a browser sends. A page cannot read all of its own request headers. */
const requestBytes = (path: string): number =>
  [
    `GET ${path} HTTP/1.1`,
    `Host: ${location.host}`,
    "Connection: keep-alive",
    `User-Agent: ${navigator.userAgent}`,
    "Accept: */*",
    `Referer: ${location.href}`,
    "Accept-Encoding: gzip, deflate, br, zstd",
    `Accept-Language: ${navigator.languages.join(",")}`,
    "",
  ].reduce((sum, line) => sum + line.length + 2, 0);

/** A request and its response. */
async function ask(path: string): Promise<{ readonly text: string; readonly bytes: number }> {
  const response = await fetch(path, { cache: "no-store" });
  if (!response.ok) throw new Error(`${path} is answered with ${response.status}`);
  const text = await response.text();
  const headers = [...response.headers].reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);
  return { text, bytes: requestBytes(path) + headers + text.length + "HTTP/1.1 200 OK\r\n\r\n".length };
}

/** Pause before each message, so that the poll is already waiting at the server. The WebSockets pause for the same time. */
const PAUSE_MS = 15;
const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE_MS));

/** A random name, so that two visitors do not share a key or an instance. */
const randomName = (): string => Math.random().toString(36).slice(2, 12).padEnd(10, "0");

/** One end keeps a poll open and the other sends a word. Each message costs both ends a request. */
export async function pollingLap(count: number): Promise<Lap> {
  const key = randomName();
  const times: number[] = [];
  let bytes = 0;
  let question = ask(`/websockets/poll/${key}`);
  for (let n = 0; n < count; n++) {
    await pause();
    const word = `hello-${n}`;
    const start = performance.now();
    const saying = ask(`/websockets/say/${key}/${word}`);
    const [answer, said] = await Promise.all([
      question.then((come) => {
        times.push(performance.now() - start);
        return come;
      }),
      saying,
    ]);
    if (answer.text !== word) throw new Error("a message was lost");
    bytes += answer.bytes + said.bytes;
    if (n < count - 1) question = ask(`/websockets/poll/${key}`);
  }
  return { times, bytes: bytes / count };
}

interface End extends Disposable {
  send(text: string): void;
  next(): Promise<string>;
}

async function openEnd(name: string, instance: string): Promise<End> {
  const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/${instance}`);
  const closed = new Promise<never>((_, reject) => {
    socket.onclose = () => reject(new Error("the connection was closed"));
  });
  closed.catch(() => {});
  const next = () =>
    Promise.race([closed, new Promise<string>((resolve) => (socket.onmessage = ({ data }) => resolve(String(data))))]);
  await Promise.race([closed, new Promise((resolve) => (socket.onopen = resolve))]);
  const loggedIn = next();
  socket.send(JSON.stringify({ auth: name }));
  await loggedIn;
  return { send: (text) => socket.send(text), next, [Symbol.dispose]: () => socket.close() };
}

/** The same over two WebSockets: one end sends, and the relay forwards to the other. */
export async function socketLap(count: number): Promise<Lap> {
  const instance = `race-${randomName()}`;
  using ann = await openEnd("Ann", instance);
  using bob = await openEnd("Bob", instance);
  const times: number[] = [];
  let bytes = 0;
  for (let n = 0; n < count; n++) {
    await pause();
    const sent = `{"to":"Bob","msg":"hello-${n}"}`;
    const coming = bob.next();
    const start = performance.now();
    ann.send(sent);
    const received = await coming;
    times.push(performance.now() - start);
    bytes += frameBytes(sent, true) + frameBytes(received, false);
  }
  return { times, bytes: bytes / count };
}

/** The median; the number of values must be odd. */
export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
};
