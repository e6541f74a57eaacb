import { isCountedFromServer, isJsonObject, type JsonObject } from "@achex/protocol";
import { until } from "./wait.ts";

const RETRY_MILLISECONDS = 20;

/** A client of achex.2 that counts both ways and resumes its session whenever its connection ends (PROTOCOL.md R70 to R73). */
export class CountingClient implements Disposable {
  /** Every counted frame, in the order received. */
  readonly frames: JsonObject[] = [];
  /** Every other frame, except those about the connection. */
  readonly uncounted: JsonObject[] = [];
  /** Codes with which its connections ended. */
  readonly closes: number[] = [];
  /** The faults of its resumes, and disagreements about counts. */
  readonly errors: string[] = [];
  resumes = 0;
  replayed = 0;
  sid = 0;
  isLive = false;
  private token = "";
  private generation = 0;
  private sent = 0;
  private acknowledged = 0;
  private unseen = 0;
  /** Counted frames that the server may not have received. */
  private outbox: string[] = [];
  private socket: WebSocket | undefined;
  private isOver = false;

  constructor(
    private readonly url: string,
    readonly name: string,
    /** Frames sent after the login. */
    first: readonly JsonObject[] = [],
  ) {
    this.queue({ setID: name, passwd: "" });
    for (const frame of first) this.queue(frame);
    this.connect();
  }

  get received(): number {
    return this.frames.length;
  }

  /** Frames that the server has not acknowledged. */
  get unacknowledged(): number {
    return this.outbox.length;
  }

  send(frame: JsonObject): void {
    const text = this.queue(frame);
    if (this.isLive) this.socket?.send(text);
  }

  /** The values of a key in all counted frames that have it. */
  values(key: string): unknown[] {
    return this.frames.flatMap((frame) => (key in frame ? [frame[key]] : []));
  }

  /** Resolves when it is live and everything it sent has been handled: a request with a reference has its reply. */
  async settled(ref: number): Promise<void> {
    this.send({ $ref: ref, echo: true });
    await until(`${this.name} to get the reply ${ref}`, () => this.frames.some(({ $ref }) => $ref === ref));
  }

  /** Ends the connection without a closing handshake, as a network failure would; then resumes. */
  drop(): void {
    this.socket?.terminate();
  }

  /** Opens a second connection that resumes, while the first is open. */
  reconnect(): void {
    this.connect();
  }

  [Symbol.dispose](): void {
    this.isOver = true;
    this.socket?.close();
  }

  private queue(frame: JsonObject): string {
    const text = JSON.stringify(frame);
    this.outbox.push(text);
    this.sent++;
    return text;
  }

  private connect(): void {
    this.isLive = false;
    const protocols = this.token === "" ? ["achex.2"] : ["achex.2", "achex.2.resume"];
    const socket = new WebSocket(this.url, protocols);
    this.socket = socket;
    socket.onopen = () => this.opened(socket);
    socket.onmessage = ({ data }) => {
      if (this.socket === socket) this.receive(JSON.parse(String(data)));
    };
    socket.onclose = ({ code }) => {
      if (this.socket !== socket || this.isOver) return;
      this.closes.push(code);
      this.isLive = false;
      setTimeout(() => this.socket === socket && !this.isOver && this.connect(), RETRY_MILLISECONDS);
    };
  }

  private opened(socket: WebSocket): void {
    if (this.token !== "") {
      const resume = { token: this.token, generation: ++this.generation, received: this.received };
      socket.send(JSON.stringify({ $resume: resume }));
      return;
    }
    socket.send('{"$resume":true}');
    this.isLive = true;
    for (const text of this.outbox) socket.send(text);
  }

  private receive(frame: unknown): void {
    if (!isJsonObject(frame)) return;
    const { $hello, $resumable, $resumed, $seen, $fault } = frame;
    if (isJsonObject($resumed)) this.resumed($resumed);
    else if (isJsonObject($hello)) this.sid = Number($hello.sid);
    else if (isJsonObject($resumable)) this.token = String($resumable.token);
    else if (isJsonObject($seen)) this.seen($seen);
    else if (!this.isLive && isJsonObject($fault)) this.failed(String($fault.code));
    else if (isCountedFromServer(frame)) this.count(frame);
    else this.uncounted.push(frame);
  }

  private count(frame: JsonObject): void {
    this.frames.push(frame);
    if (++this.unseen < 64) return;
    this.unseen = 0;
    const seen = { received: this.received, sent: this.sent };
    this.socket?.send(JSON.stringify({ $seen: seen }));
  }

  private seen({ received, sent }: JsonObject): void {
    if (sent !== this.received) this.errors.push(`the server sent ${sent} frames, of which ${this.received} arrived`);
    this.forget(Number(received));
  }

  private resumed({ received, replay, sid }: JsonObject): void {
    if (sid !== this.sid) this.errors.push(`session ${this.sid} became ${sid}`);
    this.resumes++;
    this.replayed += Number(replay);
    this.forget(Number(received));
    this.isLive = true;
    for (const text of this.outbox) this.socket?.send(text);
  }

  private forget(received: number): void {
    if (received > this.sent) this.errors.push(`the server received ${received} frames of ${this.sent}`);
    this.outbox.splice(0, Math.max(0, received - this.acknowledged));
    this.acknowledged = Math.max(this.acknowledged, received);
  }

  private failed(code: string): void {
    this.errors.push(code);
    this[Symbol.dispose]();
  }
}
