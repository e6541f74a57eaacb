import { isCountedFromClient, isCountedFromServer, RESUME_MARKER, simulatedDrop } from "@achex/protocol";
import { decodeBinary, encodeBinary } from "../../src/frames.ts";
import { type Data, dataFrom, parseObject } from "../../src/json.ts";
import type { WebSocketLike } from "../../src/socket.ts";
import { FakeSocket } from "./fake-relay.ts";

/** A frame on its way, either way. */
type Wire = string | Uint8Array<ArrayBuffer>;

/** Length of the tokens of PROTOCOL.md R70. */
const TOKEN = 43;

/** A connection between the client and the relay; frames move only when the test lets them. */
export class Line extends FakeSocket implements WebSocketLike {
  /** What the client has sent and the relay has not received. */
  readonly up: Wire[] = [];
  /** What the relay has sent and the client has not received. */
  readonly down: Wire[] = [];
  /** The session that the relay serves on it; undefined before one is greeted or resumed, and after another line took it. */
  session: RelaySession | undefined;
  /** The relay waits for `$resume` before it greets. */
  isAwaited = false;
  /** No frame of the session has arrived on it yet. */
  isFirst = true;
  isOpen = false;

  override send(data: Wire): void {
    if (!this.over) this.up.push(typeof data === "string" ? data : data.slice());
  }

  /** The client closes it cleanly: its session ends, unless the client simulates a drop (PROTOCOL.md R75). */
  override close(code?: number): void {
    super.close(code);
    if (this.session?.line === this && code !== simulatedDrop) this.session.isOver = true;
  }
}

/** One session of the relay, as PROTOCOL.md R70 to R75 describe it, without any limit. */
class RelaySession {
  readonly sid: number;
  readonly token: string;
  line: Line | undefined;
  name = "";
  isResumable = false;
  isReloadable = false;
  /** It cannot be resumed any more. */
  isOver = false;
  generation = 0;
  /** Counted frames received, in order. */
  readonly received: Wire[] = [];
  /** Counted frames sent, in order; those that are acknowledged too, so that the test can look at them. */
  readonly sent: Wire[] = [];
  acknowledged = 0;
  /** What `$seen` of the client claimed wrongly. */
  readonly mismatches: string[] = [];
  #unseen = 0;

  constructor(sid: number) {
    this.sid = sid;
    this.token = `token-${sid}-`.padEnd(TOKEN, "x");
  }

  send(frame: Data | string, bytes?: Uint8Array): void {
    const text = typeof frame === "string" ? frame : JSON.stringify(frame);
    const data = bytes ? encodeBinary(text, bytes) : text;
    const isCounted = isCountedFromServer(parseObject(text) ?? {});
    if (isCounted && this.isResumable) this.sent.push(data);
    if (isCounted || this.line) this.line?.down.push(data);
  }

  /** Handles what the client sent, apart from the first frame. */
  receive(data: Wire): void {
    if (typeof data === "string" && data.startsWith('{"$seen":')) this.#seen(dataFrom(parseObject(data)?.$seen));
    else if (data === '{"$time":true}') this.send({ $time: 5_000 });
    else {
      if (!isCountedFromClient(data)) throw new Error(`not for here: ${data}`);
      this.received.push(data);
      this.answer(data);
      if (this.isResumable && ++this.#unseen >= 5) {
        this.#unseen = 0;
        this.send({ $seen: { received: this.received.length, sent: this.sent.length } });
      }
    }
  }

  /** Replies to what wants a reply. */
  answer(data: Wire): void {
    const text = typeof data === "string" ? data : (decodeBinary(data.slice().buffer)?.header ?? "");
    const frame = parseObject(text) ?? {};
    const { $ref } = frame;
    if ("setID" in frame) {
      this.name = String(frame.setID);
      this.send({ $ref, $result: { name: frame.setID } });
    } else if ($ref !== undefined) this.send({ $ref, $result: { taken: 1 } });
  }

  #seen({ received, sent }: Data): void {
    if (sent !== this.received.length) this.mismatches.push(`sent ${sent} of ${this.received.length}`);
    const count = Number(received);
    if (count < this.acknowledged || count > this.sent.length) this.mismatches.push(`received ${received}`);
    this.acknowledged = count;
  }
}

/**
 * A relay that speaks the rules of resuming strictly and verifies every count. Frames wait on lines until the test lets them
 * through; drop() loses those that are on the way.
 */
export class ResumingRelay {
  readonly lines: Line[] = [];
  readonly sessions: RelaySession[] = [];
  /** Frames before this number are no longer held, for `resume-gap`. */
  forgotten = 0;
  window = 120;
  /** What it tells every client that connects. */
  limits: Data = {};
  /** Codes of the faults with which resumes failed, and `resumed`. */
  readonly outcomes: string[] = [];
  readonly WebSocket: new (
    url: string,
    protocols: string[],
  ) => Line;

  constructor() {
    const { lines } = this;
    this.WebSocket = class extends Line {
      constructor(url: string, protocols: string[]) {
        super(url, protocols);
        lines.push(this);
      }
    };
  }

  /** The newest connection. */
  get line(): Line {
    const line = this.lines.at(-1);
    if (!line) throw new Error("the client has not connected");
    return line;
  }

  /** The newest session. */
  get session(): RelaySession {
    const session = this.sessions.at(-1);
    if (!session) throw new Error("no session was greeted");
    return session;
  }

  /** Everything that is on the way arrives, and what that causes. */
  flush(line = this.line): void {
    while (this.step(line, "up", 1) + this.step(line, "down", 1) > 0);
  }

  /** Some frames of one direction arrive. Returns how many. */
  step(line: Line, direction: "up" | "down", count: number): number {
    if (line.over) return 0;
    if (!line.isOpen) this.#open(line);
    const frames = line[direction].splice(0, count);
    for (const frame of frames) {
      if (direction === "up") this.#arrived(line, frame);
      else if (!line.over) line.onmessage?.({ data: typeof frame === "string" ? frame : frame.buffer });
    }
    return frames.length;
  }

  /** The network loses a connection; the relay notices it now, later or never. */
  drop(line = this.line, noticed = true): void {
    if (noticed && line.session?.line === line) line.session.line = undefined;
    line.drop(1006);
    line.up.length = 0;
    line.down.length = 0;
  }

  /** The relay closes a connection. */
  close(code: number, reason = "", line = this.line): void {
    if (line.session?.line === line) line.session.line = undefined;
    line.session = undefined;
    line.drop(code, reason);
  }

  #open(line: Line): void {
    line.isOpen = true;
    line.isAwaited = line.protocols.includes(RESUME_MARKER);
    line.open();
    if (!line.isAwaited) this.#greet(line);
  }

  #greet(line: Line): void {
    const session = new RelaySession(this.sessions.length + 1);
    this.sessions.push(session);
    line.session = session;
    line.isFirst = true;
    session.line = line;
    session.send({
      $hello: { sid: session.sid, version: "test", instance: "root", heartbeat: 15, limits: this.limits },
    });
  }

  #arrived(line: Line, data: Wire): void {
    const { isFirst, isAwaited } = line;
    line.isFirst = false;
    line.isAwaited = false;
    const resume = isFirst && typeof data === "string" ? parseObject(data)?.$resume : undefined;
    if (isAwaited) this.#resume(line, dataFrom(resume));
    else if (resume !== undefined) {
      const { session } = line;
      if (!session) return;
      session.isReloadable = dataFrom(resume).reload === true;
      session.send({ $resumable: { token: session.token, window: this.window } });
      session.isResumable = true;
    } else if (line.session?.line === line) line.session.receive(data);
  }

  #resume(line: Line, { token, generation, received, reload }: Data): void {
    const session = this.sessions.find((one) => one.token === token && !one.isOver);
    const refuse = (code: string, more: Data = {}) => {
      this.outcomes.push(code);
      if (session && code !== "resume-stale") session.isOver = true;
      line.down.push(JSON.stringify({ $fault: { code, message: code, retry: false, ...more } }));
      this.#greet(line);
    };
    const count = Number(received);
    if (!session) refuse("resume-unknown");
    else if (Number(generation) <= session.generation) refuse("resume-stale");
    else if (reload === true && !session.isReloadable) refuse("resume-unknown");
    else if (count > session.sent.length || count < session.acknowledged) refuse("bad-count");
    else if (count < this.forgotten) refuse("resume-gap", { missing: this.forgotten - count });
    else {
      session.generation = Number(generation);
      const old = session.line;
      session.line = line;
      line.session = session;
      if (old && old !== line) {
        old.session = undefined;
        old.drop(4005, "replaced");
      }
      session.acknowledged = count;
      const missed = session.sent.slice(count);
      const { sid, name } = session;
      const hello = { sid, version: "test", instance: "root", heartbeat: 15, limits: this.limits };
      this.outcomes.push("resumed");
      const $resumed = { ...hello, name, received: session.received.length, replay: missed.length };
      line.down.push(JSON.stringify({ $resumed }), ...missed);
    }
  }
}
