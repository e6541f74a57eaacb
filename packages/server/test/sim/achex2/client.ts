import { isJsonObject, type JsonObject } from "@achex/protocol";
import type { Session } from "../../../src/session/session.ts";
import { partsOf } from "../../kit/binary-frame.ts";
import type { MemorySocket } from "../../kit/memory-socket.ts";
import { ClientView } from "./client-view.ts";
import type { SimSession } from "./state.ts";

/** The contents of a reply. */
export interface Reply {
  readonly result: JsonObject | undefined;
  readonly fault: string | undefined;
}

/** A call that this client has received and may answer. */
export interface IncomingCall {
  readonly caller: number;
  readonly id: number;
}

/** A message that a client received. */
export interface IncomingMessage {
  readonly n: number;
  readonly snapshot: string | undefined;
  readonly room: { readonly kind: "hub" | "bc"; readonly name: string } | undefined;
}

/** A simulated client: the replies it waits for, and what it knows. */
export class SimClient {
  readonly view: ClientView;
  /** References that wait for a reply, in the order they were sent. */
  private readonly pendingReplies: { readonly ref: number; readonly handle: (reply: Reply) => void }[] = [];
  private refs = 0;
  readonly incomingCalls: IncomingCall[] = [];
  /** Ids of its open calls. */
  readonly outgoingCalls = new Set<number>();
  /** Set while a login is state checked: gives the verdict. */
  verdict: ((granted: boolean) => void) | undefined;
  /** The name of the latest login. */
  requestedName: string | undefined;
  isClosed = false;

  constructor(
    readonly state: SimSession,
    readonly session: Session,
    readonly socket: MemorySocket,
    private readonly onMessage: (message: IncomingMessage) => void,
  ) {
    this.view = new ClientView(state.sid);
  }

  get isAchex2(): boolean {
    return this.state.dialect === "achex.2";
  }

  /** References without a reply. */
  get pendingCount(): number {
    return this.pendingReplies.length;
  }

  /** A new reference; its reply is passed to `handle`. Replies must arrive in the order of the references. */
  nextRef(handle: (reply: Reply) => void): number {
    this.pendingReplies.push({ ref: ++this.refs, handle });
    return this.refs;
  }

  /** Reads the next frames, all of them without a limit. */
  read(limit?: number): void {
    for (const text of this.socket.flush(limit)) {
      const isBinary = !text.startsWith("{");
      const frame: unknown = JSON.parse(isBinary ? partsOf(text).header : text);
      if (!isJsonObject(frame)) throw new Error(`${text} is not a frame`);
      this.handle(frame, text);
    }
  }

  private handle(frame: JsonObject, text: string): void {
    if ("to" in frame || "toS" in frame || "bc" in frame || "toH" in frame) this.message(frame, text);
    else if (!this.isAchex2) this.legacyFrame(frame, text);
    else if ("$ref" in frame) this.reply(frame, text);
    else if (isJsonObject(frame.$call)) this.cancelled(Number(frame.sID), Number(frame.$call.cancel));
    else if (isJsonObject(frame.$answer)) this.answered(Number(frame.$answer.id), true);
    else if (!("$fault" in frame || "$hello" in frame || "leftHub" in frame) && !this.view.handleEvent(frame))
      throw new Error(`${this.state.sid} got ${text}`);
  }

  private reply(frame: JsonObject, text: string): void {
    const next = this.pendingReplies.shift();
    if (next?.ref !== frame.$ref) throw new Error(`${this.state.sid} waits for ${next?.ref} and got ${text}`);
    const { $result, $fault } = frame;
    next?.handle({
      result: isJsonObject($result) ? $result : undefined,
      fault: isJsonObject($fault) ? String($fault.code) : undefined,
    });
  }

  /** Legacy clients receive only the frames of their dialect. */
  private legacyFrame(frame: JsonObject, text: string): void {
    const known = "SID" in frame || "auth" in frame || "joinHub" in frame || "leftHub" in frame;
    if (!known || text.includes("$")) throw new Error(`${this.state.sid} of a legacy dialect got ${text}`);
  }

  private message(frame: JsonObject, text: string): void {
    const { $call, $answer, n, snapshot, legacy } = frame;
    if (legacy === true && this.isAchex2 && ($call !== undefined || $answer !== undefined))
      throw new Error(`${this.state.sid} got ${text} from a legacy dialect`);
    if (legacy !== true && !this.isAchex2 && text.includes('"$')) throw new Error(`a legacy client got ${text}`);
    const kind = "bc" in frame ? "bc" : "hub";
    const name = frame.bc ?? frame.toH;
    const room = typeof name === "string" ? ({ kind, name } as const) : undefined;
    this.onMessage({ n: Number(n), room, snapshot: typeof snapshot === "string" ? snapshot : undefined });
    if (!this.isAchex2) return;
    if (isJsonObject($call) && $call.cancel === undefined)
      this.incomingCalls.push({ caller: Number(frame.sID), id: Number($call.id) });
    if (isJsonObject($answer)) this.answered(Number($answer.id), $answer.more !== true);
  }

  private answered(id: number, ends: boolean): void {
    if (!this.outgoingCalls.has(id)) throw new Error(`${this.state.sid} got an answer to ${id}, which is not open`);
    if (ends) this.outgoingCalls.delete(id);
  }

  private cancelled(caller: number, id: number): void {
    const index = this.incomingCalls.findIndex((one) => one.caller === caller && one.id === id);
    if (index < 0) throw new Error(`${this.state.sid} got the end of call ${id} by ${caller}, which is not open`);
    this.incomingCalls.splice(index, 1);
  }
}
