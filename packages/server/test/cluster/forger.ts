import { isWellFormed } from "../../src/cluster/frame-shapes.ts";
import { decodeFrame, encodeFrame, FRAME_VERSION } from "../../src/cluster/frames.ts";
import type { Payload } from "../../src/socket.ts";
import type { MemoryNetwork } from "../kit/memory-bus.ts";

/** Frames by which a node says which members it has. */
const MEMBER_KINDS: readonly unknown[] = ["holds", "ready", "roster", "member", "moved-member"];

/** The bytes of a frame whose head is any text. */
function frameOf(from: string, number: number, headText: string, body: Payload | undefined): Uint8Array {
  const whole = Buffer.from(encodeFrame({ from, number, head: [], body }));
  const headAt = 11 + from.length;
  const head = Buffer.from(headText);
  const bytes = Buffer.concat([whole.subarray(0, headAt), head, whole.subarray(headAt + 2)]);
  bytes.writeUInt32BE(head.byteLength, 3);
  bytes[0] = FRAME_VERSION;
  return bytes;
}

/** Somebody who may publish whatever they want to the nodes: at first a node like the others, whose frames are handled. */
export class Forger {
  /** What it and others have sent, byte by byte. */
  readonly heard: Uint8Array[] = [];
  /** Links of others in whose streams it has said which members they have, in a form that a node could have sent. */
  readonly spokeFor = new Set<string>();
  private readonly bus;
  private link = "";
  private number = 0;
  private lives = 0;

  constructor(
    network: MemoryNetwork,
    /** Link of the node that is attacked. */
    private readonly target: () => string,
  ) {
    this.bus = network.bus("forger")({
      connected: (link) => {
        this.link = link;
      },
      disconnected() {},
      received: (frame) => {
        this.heard.push(frame);
        if (this.heard.length > 200) this.heard.shift();
      },
    });
  }

  /** Introduces itself as a node, perhaps once more, so that what it sends next is handled. */
  introduce(node = "n9"): void {
    const introduction = [node, `forged-${node}-${this.lives}`, 1];
    this.announce(this.link, JSON.stringify(["beat", ...introduction]));
    this.number = 0;
    this.next(JSON.stringify(["hello", ...introduction]));
    this.next('["ready",0]');
  }

  /** The same as another process. */
  liveAgain(node?: string): void {
    this.lives++;
    this.introduce(node);
  }

  /** The next frame of its own stream. */
  next(headText: string, body?: Payload): void {
    this.raw(frameOf(this.link, ++this.number, headText, body));
  }

  /** A frame of whatever stream. */
  frame(from: string, number: number, headText: string, body?: Payload): void {
    this.raw(frameOf(from, number, headText, body));
  }

  announce(from: string, headText: string): void {
    this.bus.announce(frameOf(from, 0, headText, undefined));
  }

  raw(bytes: Uint8Array): void {
    const frame = decodeFrame(bytes);
    if ("head" in frame && frame.number > 0 && frame.from !== this.link) {
      const { from, head, body } = frame;
      if (MEMBER_KINDS.includes(head[0]) && isWellFormed(head, body)) this.spokeFor.add(from);
    }
    this.bus.send(this.target(), bytes);
  }

  rawToAll(bytes: Uint8Array): void {
    this.bus.announce(bytes);
  }
}
