import { asText } from "./binary-frame.ts";
import { Mailbox } from "./mailbox.ts";
import { within } from "./wait.ts";

export interface ClosedBy {
  readonly code: number;
  readonly reason: string;
}

let tokens = 0;

/** The part of a frame that a failed test prints. */
const shown = (frame: string) => (frame.length > 300 ? `${frame.slice(0, 200)}… (${frame.length} characters)` : frame);

/** A WebSocket client that reads one frame at a time and waits for those that have not arrived. */
export class TestClient implements Disposable {
  private readonly inbox = new Mailbox<string>();
  /** Resolves when the connection has ended. */
  readonly closed: Promise<ClosedBy>;

  private constructor(readonly socket: WebSocket) {
    socket.addEventListener("message", ({ data }) => this.inbox.put(asText(data)));
    this.closed = new Promise((resolve) => {
      socket.addEventListener("close", ({ code, reason }) => {
        this.inbox.end(`the connection was closed with ${code} "${reason}"`);
        resolve({ code, reason });
      });
    });
  }

  static async connect(url: string, headers: Record<string, string> = {}): Promise<TestClient> {
    const socket = new WebSocket(url, { headers });
    const client = new TestClient(socket);
    const open = new Promise<void>((resolve, reject) => {
      socket.addEventListener("open", () => resolve());
      socket.addEventListener("error", () => reject(new Error(`no connection to ${url}`)));
    });
    await within(`a connection to ${url}`, open);
    return client;
  }

  /** Opens a client that is connected, greeted and logged in. */
  static async classic(url: string, name: string): Promise<TestClient & { readonly id: number }> {
    const client = await TestClient.connect(url);
    const greeting = await client.json();
    client.send({ setID: name, passwd: "x" });
    await client.expect('{"auth":"ok"}');
    return Object.assign(client, { id: Number(greeting.SID) });
  }

  static async cloud(url: string, name: string): Promise<TestClient & { readonly id: number }> {
    const client = await TestClient.connect(url);
    client.send({ auth: name, passwd: "x" });
    const { SID } = await client.json();
    return Object.assign(client, { id: Number(SID) });
  }

  /** Sends text as it is, and anything else as JSON. */
  send(frame: unknown): void {
    this.socket.send(typeof frame === "string" ? frame : JSON.stringify(frame));
  }

  sendBytes(bytes: Uint8Array<ArrayBuffer>): void {
    this.socket.send(bytes);
  }

  /** The next frame, unparsed. */
  next(what = "a frame", milliseconds?: number): Promise<string> {
    return this.inbox.next(what, milliseconds);
  }

  async json(): Promise<Record<string, unknown>> {
    return JSON.parse(await this.next("a JSON frame"));
  }

  async expect(text: string): Promise<void> {
    const frame = await this.next(shown(text));
    if (frame !== text) throw new Error(`expected ${shown(text)} and got ${shown(frame)}`);
  }

  /**
   * Fails when there are unread frames. An echo serves as a fence: frames of one socket are answered in order, so everything
   * sent to this client before arrives before the echo.
   */
  async expectNothing(): Promise<void> {
    const unread = await this.drain();
    if (unread.length > 0) throw new Error(`expected nothing and got ${unread.map(shown).join(" and ")}`);
  }

  /** Reads everything the server has sent to this client, by the same fence. */
  async drain(): Promise<string[]> {
    const echo = `{"echo":${++tokens}}`;
    this.send(echo);
    const unread: string[] = [];
    for (let frame = await this.next(echo); frame !== echo; frame = await this.next(echo)) unread.push(frame);
    return unread;
  }

  async close(): Promise<ClosedBy> {
    this.socket.close(1000);
    return within("the closing handshake", this.closed);
  }

  /** Ends the connection without a closing handshake, as a failing network does. */
  drop(): void {
    this.socket.terminate();
  }

  [Symbol.dispose](): void {
    this.socket.close();
  }
}
