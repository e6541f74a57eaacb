import { isCountedFromClient, isCountedFromServer, isJsonObject, type JsonObject } from "@achex/protocol";
import { asText } from "./binary-frame.ts";
import type { MemorySocketOptions } from "./memory-socket.ts";
import type { ConnectOptions, MemoryConnection, MemoryNode } from "./node.ts";

const parsed = (text: string): JsonObject => {
  const frame: unknown = text.startsWith("{") ? JSON.parse(text) : { binary: text };
  return isJsonObject(frame) ? frame : {};
};

/** A client that counts frames as PROTOCOL.md R71 has it, on a node in memory. It drops and resumes when the test says so. */
export class ResumingClient {
  private connection: Omit<MemoryConnection, "session">;
  private readonly unread: JsonObject[] = [];
  sid = 0;
  token = "";
  generation = 0;
  /** Counted frames received. */
  received = 0;
  /** Counted frames sent, those that the server may not have received included. */
  readonly sent: (string | Uint8Array)[] = [];
  /** The server's latest count of received frames. */
  acknowledged = 0;

  constructor(
    private node: MemoryNode,
    private readonly options: ConnectOptions = {},
    $resume: true | { readonly reload: true } = true,
  ) {
    this.connection = node.open({ dialect: "achex.2", ...options });
    this.connection.send(JSON.stringify({ $resume }));
    this.read();
    this.unread.length = 0;
  }

  get socket() {
    return this.connection.socket;
  }

  /** Sends text as it is and an object as JSON. */
  send(frame: JsonObject | string | Uint8Array): this {
    const wire = typeof frame === "string" || frame instanceof Uint8Array ? frame : JSON.stringify(frame);
    if (isCountedFromClient(wire)) this.sent.push(wire);
    this.connection.socket.data.owner?.receive(wire);
    return this;
  }

  /** Logs in: one frame each way. */
  named(name: string): this {
    this.send({ $ref: 0, setID: name, passwd: "" });
    this.frames();
    return this;
  }

  /** Sends what the client has counted. */
  acknowledge(counts: JsonObject = { received: this.received, sent: this.sent.length }): this {
    return this.send(`{"$seen":${JSON.stringify(counts)}}`);
  }

  /** The connection drops, with what was sent and has not arrived. */
  drop(code = 1006): this {
    this.connection.end(code);
    return this;
  }

  /** From now on it connects to this node, which has taken the place of the other. */
  moveTo(node: MemoryNode): this {
    this.node = node;
    return this;
  }

  /** Connects and presents the token. Frames arrive when they are read. */
  reconnect(changes: JsonObject = {}, socket: MemorySocketOptions = {}): this {
    this.connection = this.node.open({ dialect: "achex.2", ...this.options, resumes: true, socket });
    const { token, received } = this;
    const $resume = { token, generation: ++this.generation, received, ...changes };
    this.send(JSON.stringify({ $resume }));
    return this;
  }

  /** Connects, presents the token, and sends again what the server has not received. Returns `$resumed`. */
  resume(changes: JsonObject = {}, socket: MemorySocketOptions = {}): JsonObject {
    return this.reconnect(changes, socket).finishResume();
  }

  /** The second part of a resume, when the reply is there. Returns `$resumed`. */
  finishResume(): JsonObject {
    const resumed = this.tryFinish();
    if (!resumed) throw new Error("there is no reply to the resume");
    return resumed;
  }

  /** The same; undefined while there is no reply. */
  tryFinish(): JsonObject | undefined {
    const [reply] = this.socket.flush(1);
    if (reply === undefined) return undefined;
    const { $resumed, ...rest } = parsed(reply);
    if (!isJsonObject($resumed)) throw new Error(`not resumed: ${JSON.stringify(rest)}`);
    const from = Number($resumed.received);
    for (const frame of this.sent.slice(from)) this.connection.socket.data.owner?.receive(frame);
    return $resumed;
  }

  /** The frames that arrived since the last call, without acknowledgements. */
  frames(): JsonObject[] {
    this.read();
    return this.unread.splice(0);
  }

  /** The values of one key in the frames that arrived since the last call. */
  values(key: string): unknown[] {
    return this.frames().flatMap((frame) => (key in frame ? [frame[key]] : []));
  }

  private read(): void {
    for (const text of this.socket.flush()) {
      const frame = parsed(asText(text));
      if (isCountedFromServer(frame)) this.received++;
      const { $hello, $resumable, $seen } = frame;
      if (isJsonObject($hello)) this.sid = Number($hello.sid);
      if (isJsonObject($resumable)) this.token = String($resumable.token);
      if (isJsonObject($seen)) this.acknowledged = Number($seen.received);
      else this.unread.push(frame);
    }
  }
}
