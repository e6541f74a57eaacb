/** What a watcher receives: all rows, or thinned ones. */
export type Level = "full" | "thin";
export type LevelMode = "auto" | Level;

/** A watcher is slow if everything arrives so late for so long, ms. */
const LATE = 1_000;
const LATE_FOR = 1_000;
/** Or if the relay has left out so many batches within 5 s, because the watcher reads too slowly. */
const SKIPS = 3;
const SKIPS_WITHIN = 5_000;
/** It tries all rows again after so long without a delay, and after twice as long each time that fails, ms. */
const FIRST_TRIAL = 15_000;
const LAST_TRIAL = 240_000;
/** After so long with all rows, the watcher counts as fast again, ms. */
const RECOVERED = 60_000;
const PUNCTUAL = 300;

/** Chooses what a watcher receives by how late it is. */
export class LevelChooser {
  #mode: LevelMode = "auto";
  #level: Level = "full";
  #lateSince = Number.NaN;
  #punctualSince = Number.NaN;
  #changed = 0;
  #trial = FIRST_TRIAL;
  #skips: number[] = [];

  get level(): Level {
    return this.#mode === "auto" ? this.#level : this.#mode;
  }

  get mode(): LevelMode {
    return this.#mode;
  }

  /** Fixes the level, or chooses it automatically from now on. */
  setMode(mode: LevelMode, now: number): void {
    this.#mode = mode;
    if (mode === "auto") this.#change("full", now);
  }

  /**
   * To be called for each batch, with its age in milliseconds (undefined if the publisher does not say when it sent it) and with whether
   * batches before it are missing. `hasThin`: the publisher offers thinned rows. Returns the level.
   */
  observe(now: number, lag: number | undefined, skipped: boolean, hasThin: boolean): Level {
    const isLate = lag !== undefined && lag > LATE;
    const isPunctual = lag === undefined || lag < PUNCTUAL;
    this.#lateSince = isLate ? (Number.isNaN(this.#lateSince) ? now : this.#lateSince) : Number.NaN;
    this.#punctualSince = isPunctual ? (Number.isNaN(this.#punctualSince) ? now : this.#punctualSince) : Number.NaN;
    this.#skips = this.#skips.filter((time) => time > now - SKIPS_WITHIN);
    if (skipped) this.#skips.push(now);
    if (this.#level === "full" && hasThin) this.#leaveFull(now);
    else if (this.#level === "thin" && (!hasThin || now - this.#punctualSince >= this.#trial))
      this.#change("full", now);
    return this.level;
  }

  #leaveFull(now: number): void {
    const isSlow = now - this.#lateSince >= LATE_FOR || this.#skips.length >= SKIPS;
    if (now - this.#changed > RECOVERED) this.#trial = FIRST_TRIAL;
    if (!isSlow) return;
    if (this.#changed > 0) this.#trial = Math.min(LAST_TRIAL, this.#trial * 2);
    this.#change("thin", now);
  }

  #change(level: Level, now: number): void {
    this.#level = level;
    this.#changed = now;
    this.#lateSince = Number.NaN;
    this.#punctualSince = Number.NaN;
    this.#skips = [];
  }
}
