import { type FaultCode, faults } from "@achex/protocol";
import { decodeBinary, encodeBinary } from "../../src/frames.ts";
import { type Data, parseObject } from "../../src/json.ts";
import type { WebSocketLike } from "../../src/socket.ts";

/** The client's end of a connection; the test controls the relay's end. */
export class FakeSocket implements WebSocketLike {
  binaryType = "";
  onopen: ((event: object) => unknown) | null = null;
  onmessage: ((event: { data: unknown }) => unknown) | null = null;
  onclose: ((event: { code: number; reason: string }) => unknown) | null = null;
  onerror: ((event: object) => unknown) | null = null;
  /** Frames from the client that the test has not read yet, in order. Binary frames have their bytes under `bytes`. */
  readonly inbox: Data[] = [];
  /** All text frames as they were sent. */
  readonly texts: string[] = [];
  closedWith: number | undefined;
  over = false;

  constructor(
    readonly url: string,
    readonly protocols: readonly string[],
  ) {}

  send(data: string | Uint8Array<ArrayBuffer>): void {
    if (this.over) return;
    if (typeof data === "string") {
      this.texts.push(data);
      this.inbox.push(parseObject(data) ?? { text: data });
      return;
    }
    const binary = decodeBinary(data.slice().buffer);
    this.inbox.push({ ...parseObject(binary?.header ?? ""), bytes: binary?.bytes });
  }

  close(code = 1005): void {
    this.closedWith = code;
    this.over = true;
  }

  open(): void {
    this.onopen?.({});
  }

  /** A frame of the relay arrives. */
  deliver(frame: Data | string): void {
    this.onmessage?.({ data: typeof frame === "string" ? frame : JSON.stringify(frame) });
  }

  deliverBinary(header: Data, bytes: Uint8Array): void {
    this.onmessage?.({ data: encodeBinary(JSON.stringify(header), bytes).buffer });
  }

  /** Ends the connection, as the network or the relay would. */
  drop(code = 1006, reason = ""): void {
    this.over = true;
    this.onclose?.({ code, reason });
  }

  /** Removes and returns the oldest frame that has this key; throws if there is none. */
  take(key: string): Data {
    const at = this.inbox.findIndex((frame) => key in frame);
    const [frame] = at < 0 ? [] : this.inbox.splice(at, 1);
    if (!frame) throw new Error(`no frame with ${key} among ${JSON.stringify(this.inbox)}`);
    return frame;
  }

  has(key: string): boolean {
    return this.inbox.some((frame) => key in frame);
  }

  reply(frame: Data, result: Data = {}): void {
    this.deliver({ $ref: frame.$ref, $result: result });
  }

  refuse(frame: Data, code: FaultCode): void {
    const { retry } = faults[code];
    const $fault = { code, message: `the fault ${code}`, remedy: "", link: `/errors#${code}`, retry };
    this.deliver({ $ref: frame.$ref, $fault });
  }

  hello(sid = 1, more: Data = {}): void {
    this.open();
    this.deliver({
      $hello: { sid, version: "test", instance: "root", time: 5_000, heartbeat: 15, limits: {}, ...more },
    });
    // As a server that does not know it.
    if (this.has("$resume")) this.refuse(this.take("$resume"), "unknown-key");
  }

  /** Answers one request for the time. */
  answerTime(time: number): void {
    this.take("$time");
    this.deliver({ $time: time });
  }

  /** Answers requests for the time, including those that the answers cause. */
  tellTime(time = 5_000): void {
    while (this.has("$time")) this.answerTime(time);
  }

  /** Greets, accepts the login, and answers the client's request for the time. */
  accept(sid = 1, limits: Data = {}): void {
    this.hello(sid, { limits });
    const login = this.take("setID");
    this.reply(login, { name: login.setID });
    this.tellTime();
  }
}

/** A relay whose every frame is scripted by the test. */
export class FakeRelay {
  readonly sockets: FakeSocket[] = [];
  readonly WebSocket: new (
    url: string,
    protocols: string[],
  ) => FakeSocket;

  constructor() {
    const { sockets } = this;
    this.WebSocket = class extends FakeSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols);
        sockets.push(this);
      }
    };
  }

  /** The current connection. */
  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error("the client has not connected");
    return socket;
  }
}
