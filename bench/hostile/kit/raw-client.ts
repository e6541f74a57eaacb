// A WebSocket client that can misbehave: it can write raw bytes, stop reading, and disconnect without a closing handshake.
import type { Socket } from "bun";
import { clientFrame, OPCODE, readFrame, textFrame } from "./frames.ts";

export interface Endpoint {
  readonly port: number;
  /** Used as the path, which selects the cloud dialect unless a subprotocol is requested. */
  readonly instance: string;
  /**
   * Sent as X-Forwarded-For. The relay trusts this machine as a proxy; without it, loopback would be exempt from limits per
   * address.
   */
  readonly address: string;
  readonly achex2?: boolean;
  /** Announces that the first frame resumes a session (PROTOCOL.md R73). */
  readonly resumes?: boolean;
}

/** The relay answered the handshake with a status other than 101. */
export class HandshakeRefused extends Error {
  constructor(readonly status: number) {
    super(`handshake answered with ${status}`);
  }
}

const KEY = "dGhlIHNhbXBsZSBub25jZQ==";
const VANISHED = 1006;
/** Size of a close frame from a server, header included. */
const LONGEST_CLOSE = 127;
const CLOSE_BYTE = 0x80 | OPCODE.close;

/** Finds the close code of a connection whose frames were discarded: a close frame is always the last one received. */
function lastCloseCode(tail: Buffer): number | undefined {
  for (let length = 2; length + 2 <= tail.length; length++) {
    const start = tail.length - length - 2;
    if (tail[start] === CLOSE_BYTE && tail[start + 1] === length) return tail.readUInt16BE(start + 2);
  }
  return undefined;
}

const handshake = ({ instance, address, achex2, resumes }: Endpoint): string =>
  [
    `GET /${instance} HTTP/1.1`,
    "Host: 127.0.0.1",
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    `Sec-WebSocket-Key: ${KEY}`,
    `X-Forwarded-For: ${address}`,
    ...(achex2 ? [`Sec-WebSocket-Protocol: achex.2${resumes ? ", achex.2.resume" : ""}`] : []),
    "\r\n",
  ].join("\r\n");

export class RawClient {
  /**
   * If undefined, everything after the handshake is discarded unread, which costs this process the least. It must not be set
   * later.
   */
  onText: ((text: string) => void) | undefined;
  receivedBytes = 0;
  isOpen = false;
  closeCode: number = VANISHED;
  readonly closed: Promise<void>;
  private readonly opened: Promise<void>;
  private settleOpened = (_refused?: Error): void => {};
  private settleClosed = (): void => {};
  private unread = Buffer.alloc(0);
  private unsent: Buffer[] = [];
  private socket: Socket | undefined;
  private wakeWriters: (() => void)[] = [];

  private constructor(private readonly endpoint: Endpoint) {
    const closed = Promise.withResolvers<void>();
    const opened = Promise.withResolvers<void>();
    this.closed = closed.promise;
    this.opened = opened.promise;
    this.settleClosed = closed.resolve;
    this.settleOpened = (refused) => (refused ? opened.reject(refused) : opened.resolve());
  }

  /** Resolves after the upgrade; rejects with HandshakeRefused or a connection error. */
  static async connect(endpoint: Endpoint, onText?: (text: string) => void): Promise<RawClient> {
    const client = new RawClient(endpoint);
    client.onText = onText;
    client.opened.catch(() => {});
    await Bun.connect({
      hostname: "127.0.0.1",
      port: endpoint.port,
      socket: {
        open: (socket) => {
          client.socket = socket;
          socket.write(handshake(endpoint));
        },
        data: (_socket, data) => client.received(data),
        drain: () => client.flush(),
        close: () => client.ended(),
        error: () => client.ended(),
      },
    });
    await client.opened;
    return client;
  }

  text(text: string): void {
    this.send(textFrame(text));
  }

  send(bytes: Buffer): void {
    this.unsent.push(bytes);
    if (this.unsent.length === 1) this.flush();
  }

  /** True if this process has nothing left to send. */
  get isIdle(): boolean {
    return this.isOpen && this.unsent.length === 0;
  }

  /** Resolves when everything has been passed to the kernel, or the connection has ended. */
  async flushed(): Promise<void> {
    while (this.unsent.length > 0 && this.isOpen)
      await new Promise<void>((resolve) => {
        this.wakeWriters.push(resolve);
      });
  }

  stopReading(): void {
    this.socket?.pause();
  }

  continueReading(): void {
    this.socket?.resume();
  }

  /** Ends the connection without a closing handshake. */
  drop(): void {
    this.socket?.terminate();
  }

  private received(data: Buffer): void {
    this.receivedBytes += data.length;
    if (this.isOpen && !this.onText) {
      this.unread = Buffer.from(data.subarray(-LONGEST_CLOSE));
      return;
    }
    this.unread = this.unread.length > 0 ? Buffer.concat([this.unread, data]) : Buffer.from(data);
    if (!this.isOpen && !this.upgraded()) return;
    let offset = 0;
    for (let frame = readFrame(this.unread, 0); frame; frame = readFrame(this.unread, offset)) {
      offset += frame.bytes;
      if (frame.opcode === OPCODE.text) this.onText?.(frame.payload.toString());
      else if (frame.opcode === OPCODE.ping) this.send(clientFrame(OPCODE.pong, frame.payload));
      else if (frame.opcode === OPCODE.close && frame.payload.length >= 2)
        this.closeCode = frame.payload.readUInt16BE(0);
    }
    this.unread = this.unread.subarray(offset);
  }

  private upgraded(): boolean {
    const end = this.unread.indexOf("\r\n\r\n");
    if (end < 0) return false;
    const status = Number(this.unread.subarray(9, 12).toString());
    this.unread = this.unread.subarray(end + 4);
    this.isOpen = status === 101;
    if (this.isOpen) this.settleOpened();
    else {
      this.settleOpened(new HandshakeRefused(status));
      this.drop();
    }
    return this.isOpen;
  }

  private flush(): void {
    const { socket } = this;
    while (socket) {
      const [next] = this.unsent;
      if (!next) break;
      const written = Math.max(0, socket.write(next));
      if (written < next.length) {
        this.unsent[0] = next.subarray(written);
        return;
      }
      this.unsent.shift();
    }
    this.wake();
  }

  private ended(): void {
    if (this.isOpen) this.closeCode = lastCloseCode(this.unread) ?? this.closeCode;
    this.isOpen = false;
    this.unsent = [];
    this.settleOpened(new Error(`no connection to port ${this.endpoint.port}`));
    this.settleClosed();
    this.wake();
  }

  private wake(): void {
    for (const wake of this.wakeWriters.splice(0)) wake();
  }
}
