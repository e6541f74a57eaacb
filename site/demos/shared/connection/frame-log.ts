import { type ReadonlySignal, signal } from "@preact/signals";

/** Frames that the panel shows. */
export const LOGGED = 200;
/** Characters of a frame that are kept. */
const KEPT = 2_000;

export interface LoggedFrame {
  readonly number: number;
  readonly direction: "in" | "out";
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly text: string;
  readonly bytes: number;
  /** Why the game ignored it. */
  readonly rejected?: string;
}

const HEX_BYTES = 48;

/** A frame as text. Of a binary one, its header (PROTOCOL.md R40) and the first of its bytes. */
function textOf(frame: string | Uint8Array): string {
  if (typeof frame === "string") return frame;
  const start = 2 + (((frame[0] ?? 0) << 8) | (frame[1] ?? 0));
  const header = new TextDecoder().decode(frame.subarray(2, Math.min(start, KEPT)));
  const bytes = [...frame.subarray(start, start + HEX_BYTES)].map((byte) => byte.toString(16).padStart(2, "0"));
  return `${header} and ${Math.max(0, frame.length - start)} bytes: ${bytes.join(" ")}…`;
}

/** The last frames of a connection. Reading `frames` costs nothing until something is drawn with it. */
export class FrameLog {
  /** Rejected frames since the start. */
  readonly rejections: ReadonlySignal<number>;
  readonly #rejections = signal(0);
  readonly #changed = signal(0);
  readonly #frames: LoggedFrame[] = [];
  #count = 0;
  #paused: readonly LoggedFrame[] | undefined;

  constructor() {
    this.rejections = this.#rejections;
  }

  /** Newest last. */
  get frames(): readonly LoggedFrame[] {
    this.#changed.value;
    return this.#paused ?? this.#frames;
  }

  get isPaused(): boolean {
    this.#changed.value;
    return this.#paused !== undefined;
  }

  add(direction: "in" | "out", frame: string | Uint8Array, time: number): void {
    const text = textOf(frame).slice(0, KEPT);
    this.#frames.push({ number: ++this.#count, direction, time, text, bytes: frame.length });
    if (this.#frames.length > LOGGED) this.#frames.shift();
    this.#changed.value++;
  }

  /** Marks the newest received frame, which is the one that is being handled. */
  reject(reason: string): void {
    this.#rejections.value++;
    const at = this.#frames.findLastIndex(({ direction }) => direction === "in");
    const frame = this.#frames[at];
    if (!frame) return;
    this.#frames[at] = { ...frame, rejected: frame.rejected ? `${frame.rejected}; ${reason}`.slice(0, 300) : reason };
    this.#changed.value++;
  }

  /** Keeps showing the present frames while others are added. */
  pause(isPaused: boolean): void {
    this.#paused = isPaused ? [...this.#frames] : undefined;
    this.#changed.value++;
  }
}
