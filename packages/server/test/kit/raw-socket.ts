import { connect, type Socket } from "node:net";
import { Mailbox } from "./mailbox.ts";
import { within } from "./wait.ts";
import { opcodes, ping, readFrame, text, type WireFrame } from "./wire.ts";

export interface HttpAnswer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
}

export interface HandshakeOptions {
  readonly path?: string;
  readonly version?: string;
  /** Header lines that replace those of a valid handshake; undefined omits one. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

/** Key and answer of RFC 6455, section 1.3. */
export const SAMPLE_KEY = "dGhlIHNhbXBsZSBub25jZQ==";
export const SAMPLE_ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

const properHeaders = {
  Host: "127.0.0.1",
  Upgrade: "websocket",
  Connection: "Upgrade",
  "Sec-WebSocket-Key": SAMPLE_KEY,
  "Sec-WebSocket-Version": "13",
};

/** A handshake's bytes, to be sent whole or in parts. */
export function handshakeText({ path = "/", version = "HTTP/1.1", headers = {} }: HandshakeOptions = {}): string {
  const lines = Object.entries({ ...properHeaders, ...headers }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${value}`],
  );
  return [`GET ${path} ${version}`, ...lines, "", ""].join("\r\n");
}

function readAnswer(head: string): HttpAnswer {
  const [statusLine = "", ...lines] = head.split("\r\n");
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return { status: Number(statusLine.split(" ")[1]), headers };
}

/** A TCP connection on which the test writes valid or invalid WebSocket frames. */
export class RawSocket implements Disposable {
  private readonly answers = new Mailbox<HttpAnswer>();
  private readonly frames = new Mailbox<WireFrame>();
  private buffer: Buffer = Buffer.alloc(0);
  private upgraded = false;
  private readonly over: Promise<void>;

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on("data", (bytes: Buffer) => this.take(bytes));
    // A reset is one of the ways a server may end a bad connection; "close" follows it.
    socket.on("error", () => {});
    this.over = new Promise((resolve) => {
      const end = () => {
        this.answers.end("the connection ended");
        this.frames.end("the connection ended");
        resolve();
      };
      socket.on("end", end);
      socket.on("close", end);
    });
  }

  static async connect(port: number): Promise<RawSocket> {
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    const raw = new RawSocket(socket);
    await within(`a TCP connection to ${port}`, new Promise<void>((resolve) => socket.on("connect", resolve)));
    return raw;
  }

  /** Connected, through the handshake, greeted when the path is classic. */
  static async open(port: number, options: HandshakeOptions = {}): Promise<RawSocket & { readonly id: number }> {
    const raw = await RawSocket.connect(port);
    raw.write(handshakeText(options));
    const { status } = await raw.answer();
    if (status !== 101) throw new Error(`the handshake was answered with ${status}`);
    const greeting = (options.path ?? "/") === "/" ? await raw.json() : {};
    return Object.assign(raw, { id: Number(greeting.SID) });
  }

  /** Opened and logged in on the classic path. */
  static async login(port: number, name: string): Promise<RawSocket & { readonly id: number }> {
    const raw = await RawSocket.open(port);
    raw.write(text(JSON.stringify({ setID: name, passwd: "x" })));
    await raw.expectText('{"auth":"ok"}');
    return raw;
  }

  write(...parts: readonly (Uint8Array | string)[]): void {
    this.socket.write(Buffer.concat(parts.map((part) => Buffer.from(part))));
  }

  /** Sends each byte in its own TCP segment. */
  async writeBytewise(bytes: Uint8Array): Promise<void> {
    for (const byte of bytes) {
      await new Promise<void>((resolve) => this.socket.write(Buffer.from([byte]), () => resolve()));
    }
  }

  /** The response to a handshake or request. */
  answer(): Promise<HttpAnswer> {
    return this.answers.next("an HTTP response");
  }

  frame(what = "a frame"): Promise<WireFrame> {
    return this.frames.next(what);
  }

  /** The text of the next frame; fails when it is not a whole text frame. */
  async text(): Promise<string> {
    const { opcode, fin, payload } = await this.frame("a text frame");
    if (opcode !== opcodes.text || !fin) throw new Error(`expected a text frame and got opcode ${opcode}, fin ${fin}`);
    return payload.toString();
  }

  async json(): Promise<Record<string, unknown>> {
    return JSON.parse(await this.text());
  }

  async expectText(expected: string): Promise<void> {
    const actual = await this.text();
    if (actual !== expected) throw new Error(`expected ${expected.slice(0, 300)} and got ${actual.slice(0, 300)}`);
  }

  /** Fails unless this frame is the next one: an echo shows that the connection still works and nothing else was sent. */
  async expectAlive(): Promise<void> {
    this.write(text('{"echo":"alive"}'));
    await this.expectText('{"echo":"alive"}');
  }

  /** When this arrives, everything written before has been handled; for a session whose frames are dropped for their rate. */
  async expectPong(): Promise<void> {
    this.write(ping("fence"));
    for (let next = await this.frame("a pong"); next.opcode !== opcodes.pong; next = await this.frame("a pong"));
  }

  /** The code of the next close frame; 1005 when it has none. */
  async closeCode(): Promise<number> {
    const { opcode, payload } = await this.frame("a close frame");
    if (opcode !== opcodes.close) throw new Error(`expected a close frame and got opcode ${opcode}: ${payload}`);
    return payload.length >= 2 ? payload.readUInt16BE() : 1005;
  }

  /** Waits until the server ends the connection; fails after this many milliseconds. */
  ended(milliseconds?: number): Promise<void> {
    return within("the end of the connection", this.over, milliseconds);
  }

  /**
   * The server ends the connection; returns the code of the close frame it may have sent before, 1006 for none. Any frame
   * other than a close fails.
   */
  async endedWith(): Promise<number> {
    await this.ended();
    return this.frames.size > 0 ? this.closeCode() : 1006;
  }

  /** Sends FIN and continues reading. */
  halfClose(): void {
    this.socket.end();
  }

  /** Ends the connection with RST, without a closing handshake. */
  reset(): void {
    this.socket.resetAndDestroy();
  }

  /** Stops reading, so that the server's bytes accumulate. */
  stopReading(): void {
    this.socket.pause();
  }

  goOnReading(): void {
    this.socket.resume();
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }

  private take(bytes: Buffer): void {
    this.buffer = this.buffer.length === 0 ? bytes : Buffer.concat([this.buffer, bytes]);
    if (!this.upgraded && !this.takeAnswer()) return;
    for (let read = readFrame(this.buffer); read; read = readFrame(this.buffer)) {
      this.buffer = this.buffer.subarray(read.size);
      this.frames.put(read.frame);
    }
  }

  /** Whether frames follow what has been read. */
  private takeAnswer(): boolean {
    const end = this.buffer.indexOf("\r\n\r\n");
    if (end === -1) return false;
    const answer = readAnswer(this.buffer.subarray(0, end).toString("latin1"));
    this.upgraded = answer.status === 101;
    this.buffer = this.upgraded ? this.buffer.subarray(end + 4) : Buffer.alloc(0);
    this.answers.put(answer);
    return this.upgraded;
  }
}
