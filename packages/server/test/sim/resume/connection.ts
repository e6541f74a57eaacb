import type { MemorySocket } from "../../kit/memory-socket.ts";
import type { ClientSession } from "./client-session.ts";
import type { SimFrame } from "./frames.ts";
import type { ModelSession } from "./model-session.ts";

/** A frame on its way to the server. */
export interface Upload {
  readonly payload: string | Uint8Array;
  /** Set for a counted frame: what it means, and its number among the frames its client ever sent in this session. */
  readonly counted: { readonly frame: SimFrame; readonly number: number } | undefined;
  /** `{"$resume":true}`. */
  readonly enables?: true;
  /** `$resume` with a token: the session it asks for. */
  readonly resumes?: ClientSession;
  /** It asks for it as a new page of the same client. */
  readonly reload?: boolean;
}

/**
 * A connection with a client's and a server's end. Each end notices its loss at a time of its own. What is on its way then is
 * lost from some frame on; nothing is reordered.
 */
export class SimConnection {
  /** Frames on their way to the server. */
  readonly uploads: Upload[] = [];
  /** Neither end can reach the other any more. */
  isCut = false;
  clientNoticed = false;
  serverNoticed = false;
  /** The session that the server has attached to it. */
  session: ModelSession | undefined;
  /** The session that it has opened. The client may read of it after the server has noticed the end. */
  opened: ModelSession | undefined;
  /** Frames that had got through to the client when the connection failed. */
  private arrived: string[] = [];
  private hadBacklog = false;

  constructor(readonly socket: MemorySocket) {}

  /** Frames or the end of the connection can still arrive at the client. */
  get canRead(): boolean {
    return !this.clientNoticed && (this.isCut || this.socket.over || this.socket.waiting.length > 0);
  }

  /** The client has read all it will get, and notices the end. */
  get hasEnded(): boolean {
    return this.isCut ? this.arrived.length === 0 : this.socket.over && this.socket.waiting.length === 0;
  }

  /** The server cannot be sent more frames of this connection; it can notice its end. */
  get isOver(): boolean {
    return this.isCut || this.clientNoticed || this.socket.over;
  }

  /** The client sends a frame. It may not know yet that nothing gets through any more. */
  send(upload: Upload): void {
    if (!this.isCut) this.uploads.push(upload);
  }

  /** The next frame for the client. */
  read(): string | undefined {
    if (this.isCut) return this.arrived.shift();
    const [text] = this.socket.flush(1);
    this.noteDrain();
    return text;
  }

  /** The network loses the connection. Only the first frames in each direction still arrive. */
  cut(uploads: number, downloads: number): void {
    if (this.isCut) return;
    this.isCut = true;
    this.arrived = this.socket.flush(downloads);
    this.uploads.length = Math.min(this.uploads.length, uploads);
  }

  /** As Bun does, tells the server when everything has been written after a backlog. */
  private noteDrain(): void {
    if (this.socket.waiting.length > 0) this.hadBacklog = true;
    else if (this.hadBacklog && !this.socket.over) {
      this.hadBacklog = false;
      this.socket.data.owner?.drained();
    }
  }
}
