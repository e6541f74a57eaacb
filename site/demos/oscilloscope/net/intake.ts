import type { RawWaveform, SourceListener } from "./source.ts";
import { readWaveform, type Waveform } from "./waveform.ts";

/**
 * Waveforms that wait for the next picture: those of a third of a second, which a busy page may not draw for so long. An instrument sends at most
 * one per picture, so more are a flood. Reading them all takes some 3 ms.
 */
const WAITING = 16;

export interface IntakeCounts {
  /** Waveforms that were taken. */
  taken: number;
  /** Waveforms that were sent and did not arrive. */
  missed: number;
  /** Waveforms that arrived faster than they could be drawn. */
  skipped: number;
  /** Messages that are no waveforms of this instrument, and what was wrong with the last one. */
  ignored: number;
  reason: string;
}

/** Between the connection and the pictures: checks at most as many waveforms as can be drawn, whatever arrives. */
export class Intake implements SourceListener {
  readonly counts: Readonly<IntakeCounts>;
  /** False while nothing is drawn on purpose, as in a hidden page. */
  isDrawing = true;
  readonly #counts: IntakeCounts = { taken: 0, missed: 0, skipped: 0, ignored: 0, reason: "" };
  readonly #waiting: RawWaveform[] = [];
  #last = -1;
  /** Left out since the last one that was taken: their numbers are missing, but they did arrive. */
  #leftOut = 0;

  constructor() {
    this.counts = this.#counts;
  }

  waveform(raw: RawWaveform): void {
    this.#waiting.push(raw);
    if (this.#waiting.length <= WAITING) return;
    this.#waiting.shift();
    this.#leftOut++;
    if (this.isDrawing) this.#counts.skipped++;
  }

  ignored(reason: string): void {
    this.#counts.ignored++;
    this.#counts.reason = reason;
  }

  /** The waveforms since the last call, oldest first. */
  take(): Waveform[] {
    const taken: Waveform[] = [];
    for (const raw of this.#waiting.splice(0)) {
      const read = readWaveform(raw);
      if ("problem" in read) {
        this.ignored(read.problem);
        continue;
      }
      const { n } = read.waveform;
      // The last one again, for somebody who has just come.
      if (n === this.#last) continue;
      // A restarted instrument begins again.
      if (this.#last >= 0 && n > this.#last) this.#counts.missed += Math.max(0, n - this.#last - 1 - this.#leftOut);
      this.#leftOut = 0;
      this.#last = n;
      this.#counts.taken++;
      taken.push(read.waveform);
    }
    return taken;
  }
}
