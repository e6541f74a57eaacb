import { MAX_POINTS, type Point, packPoints, unpackPoints } from "../rules/points.ts";
import type { MessageData } from "./messages.ts";

/** ms between two messages of a stroke that is being drawn: 30 per second. */
const INTERVAL = 33;
/** ms after which a stroke that somebody has begun and not ended disappears, because its author has dropped. */
const FORGOTTEN = 15_000;
/** Points per message, so that a pause in the network does not end in one large frame. */
const MOST = 400;

type Live = MessageData<"live">;

/** A stroke of somebody else that is not finished. */
export interface LiveStroke {
  readonly player: string;
  readonly kind: Live["kind"];
  readonly color: number;
  readonly width: number;
  readonly board: string | undefined;
  readonly points: readonly Point[];
}

interface Receiving extends LiveStroke {
  readonly stroke: number;
  readonly points: Point[];
  changed: number;
}

/** What others are drawing at the moment. It is gone when the finished stroke arrives. */
export class LiveStrokes {
  readonly #bySession = new Map<number, Receiving>();

  /** Returns why a message is rejected. */
  receive(peer: number, player: string, live: Live, now: number): string | undefined {
    const points = live.points === "" ? [] : unpackPoints(live.points);
    if (!points) return "points that cannot be read";
    const open = this.#bySession.get(peer);
    if (open?.stroke === live.stroke) {
      // After a gap, the finished stroke will show the rest.
      if (live.from !== open.points.length) return undefined;
      if (open.points.length + points.length > MAX_POINTS) return "a stroke that is too long";
      open.points.push(...points);
      open.changed = now;
      return undefined;
    }
    if (live.from !== 0) return undefined;
    const { stroke, kind, color, width, board } = live;
    this.#bySession.set(peer, { stroke, player, kind, color, width, board, points, changed: now });
    return undefined;
  }

  /** The finished stroke has arrived. */
  finished(peer: number, stroke: number | undefined): void {
    const open = this.#bySession.get(peer);
    if (open && stroke !== undefined && open.stroke <= stroke) this.#bySession.delete(peer);
  }

  left(peer: number): void {
    this.#bySession.delete(peer);
  }

  /** Those to show. */
  strokes(board: string | undefined, now: number): LiveStroke[] {
    for (const [peer, { changed }] of this.#bySession) if (now - changed > FORGOTTEN) this.#bySession.delete(peer);
    return [...this.#bySession.values()].filter((one) => one.board === board);
  }
}

export interface OwnStroke {
  readonly kind: Live["kind"];
  readonly color: number;
  readonly width: number;
  readonly board: string | undefined;
  /** All points so far. */
  readonly points: readonly Point[];
}

/** Sends the own stroke while it is drawn: only the points since the last message, and nothing while the hand rests. */
export class LiveSender {
  readonly #send: (live: Live) => void;
  #stroke = 0;
  #sent = 0;
  #due = 0;
  #isOpen = false;

  constructor(send: (live: Live) => void) {
    this.#send = send;
  }

  poll({ kind, color, width, board, points }: OwnStroke, now: number): void {
    if (!this.#isOpen) {
      this.#isOpen = true;
      this.#stroke++;
      this.#sent = 0;
    }
    if (now < this.#due || points.length === this.#sent) return;
    const next = points.slice(this.#sent, this.#sent + MOST);
    this.#due = now + INTERVAL;
    const from = this.#sent;
    this.#sent += next.length;
    const packed = packPoints(next);
    this.#send({
      stroke: this.#stroke,
      kind,
      color,
      width,
      from,
      points: packed,
      ...(board !== undefined && { board }),
    });
  }

  /** The stroke is finished or was cancelled: its number, if others have seen some of it. */
  end(): number | undefined {
    const wasOpen = this.#isOpen;
    this.#isOpen = false;
    return wasOpen ? this.#stroke : undefined;
  }
}
