import type { Session } from "../../../src/session/session.ts";
import { partsOf } from "../../kit/binary-frame.ts";
import type { MemorySocket } from "../../kit/memory-socket.ts";
import type { Being } from "./truth.ts";
import { isData, View } from "./view.ts";

type Data = Readonly<Record<string, unknown>>;

/** What a reply said. */
export interface Said {
  readonly result: Data | undefined;
  readonly fault: string | undefined;
}

/** A call this client was asked and may answer. */
export interface Asked {
  readonly caller: number;
  readonly id: number;
}

/** A message that came. */
export interface Came {
  readonly n: number;
  readonly snapshot: string | undefined;
  readonly room: { readonly kind: "hub" | "bc"; readonly name: string } | undefined;
}

/** One simulated client: what it waits for, and what it knows. */
export class Resident {
  readonly view: View;
  /** References in the order they were sent, with what is to be done with the reply. */
  private readonly waiting: { readonly ref: number; readonly take: (said: Said) => void }[] = [];
  private refs = 0;
  readonly asked: Asked[] = [];
  /** Calls of its own that are open, by id. */
  readonly calls = new Set<number>();
  /** Set while a login is being checked: gives the verdict. */
  verdict: ((granted: boolean) => void) | undefined;
  /** The name of that login. */
  wanted: string | undefined;
  gone = false;

  constructor(
    readonly being: Being,
    readonly session: Session,
    readonly socket: MemorySocket,
    private readonly came: (message: Came) => void,
  ) {
    this.view = new View(being.sid);
  }

  get isOwn(): boolean {
    return this.being.dialect === "achex.2";
  }

  /** References without a reply. */
  get open(): number {
    return this.waiting.length;
  }

  /** The next reference; its reply goes to `take`, in the order of the calls. */
  reference(take: (said: Said) => void): number {
    this.waiting.push({ ref: ++this.refs, take });
    return this.refs;
  }

  /** Reads some of what came. */
  read(most?: number): void {
    for (const text of this.socket.flush(most)) {
      const isBinary = !text.startsWith("{");
      const frame: unknown = JSON.parse(isBinary ? partsOf(text).header : text);
      if (!isData(frame)) throw new Error(`${text} is no frame`);
      this.take(frame, text);
    }
  }

  private take(frame: Data, text: string): void {
    if ("to" in frame || "toS" in frame || "bc" in frame || "toH" in frame) this.message(frame, text);
    else if (!this.isOwn) this.old(frame, text);
    else if ("$ref" in frame) this.reply(frame, text);
    else if (isData(frame.$call)) this.cancelled(Number(frame.sID), Number(frame.$call.cancel));
    else if (isData(frame.$answer)) this.answered(Number(frame.$answer.id), true);
    else if (!("$fault" in frame || "$hello" in frame || "leftHub" in frame) && !this.view.take(frame))
      throw new Error(`${this.being.sid} got ${text}`);
  }

  private reply(frame: Data, text: string): void {
    const next = this.waiting.shift();
    if (next?.ref !== frame.$ref) throw new Error(`${this.being.sid} waits for ${next?.ref} and got ${text}`);
    const { $result, $fault } = frame;
    next?.take({
      result: isData($result) ? $result : undefined,
      fault: isData($fault) ? String($fault.code) : undefined,
    });
  }

  /** Old dialects get what they always got. */
  private old(frame: Data, text: string): void {
    const known = "SID" in frame || "auth" in frame || "joinHub" in frame || "leftHub" in frame;
    if (!known || text.includes("$")) throw new Error(`${this.being.sid} of an old dialect got ${text}`);
  }

  private message(frame: Data, text: string): void {
    const { $call, $answer, n, snapshot, old } = frame;
    if (old === true && this.isOwn && ($call !== undefined || $answer !== undefined))
      throw new Error(`${this.being.sid} got ${text} from an old dialect`);
    if (old !== true && !this.isOwn && text.includes('"$')) throw new Error(`an old dialect got ${text}`);
    const kind = "bc" in frame ? "bc" : "hub";
    const name = frame.bc ?? frame.toH;
    const room = typeof name === "string" ? ({ kind, name } as const) : undefined;
    this.came({ n: Number(n), room, snapshot: typeof snapshot === "string" ? snapshot : undefined });
    if (!this.isOwn) return;
    if (isData($call) && $call.cancel === undefined)
      this.asked.push({ caller: Number(frame.sID), id: Number($call.id) });
    if (isData($answer)) this.answered(Number($answer.id), $answer.more !== true);
  }

  private answered(id: number, ends: boolean): void {
    if (!this.calls.has(id)) throw new Error(`${this.being.sid} got an answer to ${id}, which is not open`);
    if (ends) this.calls.delete(id);
  }

  private cancelled(caller: number, id: number): void {
    const index = this.asked.findIndex((one) => one.caller === caller && one.id === id);
    if (index < 0) throw new Error(`${this.being.sid} was not asked ${id} by ${caller}, and got its end`);
    this.asked.splice(index, 1);
  }
}
