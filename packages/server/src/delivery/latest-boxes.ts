import type { Payload } from "../socket.ts";

/** What one receiver may have waiting (PROTOCOL.md R130). */
const MAX_MESSAGES = 256;
const MAX_BYTES = 256 * 1024;
/** Bytes that may wait in all boxes. A message that does not fit is dropped for that receiver. */
const MAX_TOTAL_BYTES = 64 * 1024 ** 2;

const bytesOf = (payload: Payload): number => (typeof payload === "string" ? payload.length : payload.byteLength);

interface Box {
  readonly messages: Map<string, Payload>;
  bytes: number;
}

/** The latest-value messages that wait: for each receiver the newest of each key, in the order in which they came. */
export class LatestBoxes<Receiver> {
  private readonly boxes = new Map<Receiver, Box>();
  private total = 0;

  /** Receivers for which something waits. */
  get size(): number {
    return this.boxes.size;
  }

  has(receiver: Receiver): boolean {
    return this.boxes.has(receiver);
  }

  /** Returns how many messages the receiver will not get because of it: those replaced or pushed out, or the new one. */
  put(receiver: Receiver, key: string, payload: Payload): number {
    const box = this.boxes.getOrInsertComputed(receiver, () => ({ messages: new Map(), bytes: 0 }));
    let gone = this.take(box, key) === undefined ? 0 : 1;
    const bytes = bytesOf(payload);
    if (this.total + bytes > MAX_TOTAL_BYTES) {
      if (box.messages.size === 0) this.boxes.delete(receiver);
      return gone + 1;
    }
    box.messages.set(key, payload);
    box.bytes += bytes;
    this.total += bytes;
    for (const oldest of box.messages.keys()) {
      // One message fits, whatever its size.
      if (box.messages.size === 1 || (box.messages.size <= MAX_MESSAGES && box.bytes <= MAX_BYTES)) break;
      this.take(box, oldest);
      gone++;
    }
    return gone;
  }

  /** What waits for a receiver, with its keys, oldest first. */
  waiting(receiver: Receiver): (readonly [key: string, payload: Payload])[] {
    return [...(this.boxes.get(receiver)?.messages ?? [])];
  }

  bytesFor(receiver: Receiver): number {
    return this.boxes.get(receiver)?.bytes ?? 0;
  }

  /** Takes the oldest message of a receiver. */
  shift(receiver: Receiver): Payload | undefined {
    const box = this.boxes.get(receiver);
    const [key] = box?.messages.keys() ?? [];
    if (!box || key === undefined) return undefined;
    const payload = this.take(box, key);
    if (box.messages.size === 0) this.boxes.delete(receiver);
    return payload;
  }

  delete(receiver: Receiver): void {
    this.total -= this.boxes.get(receiver)?.bytes ?? 0;
    this.boxes.delete(receiver);
  }

  private take(box: Box, key: string): Payload | undefined {
    const payload = box.messages.get(key);
    if (payload === undefined) return undefined;
    box.messages.delete(key);
    box.bytes -= bytesOf(payload);
    this.total -= bytesOf(payload);
    return payload;
  }
}
