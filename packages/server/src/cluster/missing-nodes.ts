/** A process that was not heard for this long is dead. */
const DEAD_MILLISECONDS = 5_000;
/** Processes that are declared gone at a time. */
const MOST = 100;

/** Which of the processes that the log knows must be declared gone. */
export class MissingNodes {
  private readonly since = new Map<string, number>();

  /** A node has said goodbye, or was not heard for long enough already. */
  lost(incarnation: string): void {
    this.since.set(incarnation, Number.NEGATIVE_INFINITY);
  }

  /** Nothing can be said of the others while this node hears nobody. */
  alone(): void {
    this.since.clear();
  }

  /** Those of `known` that have not been heard for long enough. Each is returned again after the same time, if it is still known. */
  due(known: Iterable<string>, isHeard: (incarnation: string) => boolean, now: number): string[] {
    const due: string[] = [];
    const present = new Set(known);
    for (const incarnation of this.since.keys()) if (!present.has(incarnation)) this.since.delete(incarnation);
    for (const incarnation of present) {
      if (isHeard(incarnation)) {
        this.since.delete(incarnation);
        continue;
      }
      const since = this.since.getOrInsertComputed(incarnation, () => now);
      if (now - since < DEAD_MILLISECONDS || due.length >= MOST) continue;
      this.since.set(incarnation, now);
      due.push(incarnation);
    }
    return due;
  }
}
