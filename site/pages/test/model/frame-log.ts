import { type Entry, isFrame, type NewEntry } from "./entry.ts";
import { hasNote } from "./explanation.ts";
import { everything, type Filter, matches } from "./filter.ts";
import type { FrameStatus } from "./frame-status.ts";
import { countBelow } from "./row-layout.ts";

export interface LogBounds {
  readonly entries: number;
  /** Size of all frames together, in bytes. */
  readonly size: number;
}

const defaultBounds: LogBounds = { entries: 50_000, size: 64 * 1024 ** 2 };

/** A full log discards 1/SHARE of its entries at once: removing them one by one would copy the list for every frame. */
const SHARE = 10;

/**
 * The log of one client, oldest entry first, and the part that matches its filter. Appending costs the same at 10 entries
 * as at 50,000. While paused, new entries are stored but not shown.
 */
export class FrameLog {
  private entries: Entry[] = [];
  private shown: Entry[] = [];
  /** Indices of the shown entries with an explanation, ascending. */
  private shownNotes: number[] = [];
  private current: Filter = everything;
  private next = 1;
  private size = 0;
  private pausedAt: number | undefined;
  private forgotten = 0;

  constructor(private readonly bounds: LogBounds = defaultBounds) {}

  append(made: NewEntry): Entry {
    const entry: Entry = { ...made, number: this.next++ };
    this.entries.push(entry);
    this.size += entry.size;
    if (this.pausedAt === undefined && matches(entry, this.current)) this.showOne(entry);
    if (this.entries.length > this.bounds.entries || this.size > this.bounds.size) this.forget();
    return entry;
  }

  /** Sets what became of a sent frame; returns its new entry, or undefined if the log no longer has it. */
  setStatus(number: number, status: FrameStatus): Entry | undefined {
    // Numbers have no gaps: only the oldest entries are ever removed.
    const index = number - (this.entries[0]?.number ?? 0);
    const old = this.entries[index];
    if (!old || !isFrame(old)) return undefined;
    const entry = { ...old, status };
    this.entries[index] = entry;
    const position = this.lowerBound(number);
    const wasShown = this.shown[position]?.number === number;
    const isShown = number < (this.pausedAt ?? this.next) && matches(entry, this.current);
    if (wasShown) this.removeShown(position);
    if (isShown) this.insertShown(position, entry);
    return entry;
  }

  /** Indices of the visible entries with an explanation, ascending. */
  get notes(): readonly number[] {
    return this.shownNotes;
  }

  /** The entries that match the filter, up to the pause. The same array until clear, filter, resume or a full log replaces it. */
  get visible(): readonly Entry[] {
    return this.shown;
  }

  get all(): readonly Entry[] {
    return this.entries;
  }

  /** Total size of all entries. */
  get bytes(): number {
    return this.size;
  }

  /** Number of entries discarded because the log was full. */
  get lost(): number {
    return this.forgotten;
  }

  get paused(): boolean {
    return this.pausedAt !== undefined;
  }

  /** Number of entries added since the pause. */
  get waiting(): number {
    return this.pausedAt === undefined ? 0 : this.next - this.pausedAt;
  }

  get filter(): Filter {
    return this.current;
  }

  set filter(filter: Filter) {
    this.current = filter;
    this.show();
  }

  pause(): void {
    this.pausedAt ??= this.next;
  }

  resume(): void {
    this.pausedAt = undefined;
    this.show();
  }

  clear(): void {
    this.entries = [];
    this.size = 0;
    this.forgotten = 0;
    if (this.pausedAt !== undefined) this.pausedAt = this.next;
    this.show();
  }

  private show(): void {
    const end = this.pausedAt ?? this.next;
    this.shown = [];
    this.shownNotes = [];
    for (const entry of this.entries) if (entry.number < end && matches(entry, this.current)) this.showOne(entry);
  }

  private showOne(entry: Entry): void {
    if (hasNote(entry)) this.shownNotes.push(this.shown.length);
    this.shown.push(entry);
  }

  private insertShown(position: number, entry: Entry): void {
    const at = countBelow(this.shownNotes, position);
    for (let i = at; i < this.shownNotes.length; i++) this.shownNotes[i] = (this.shownNotes[i] ?? 0) + 1;
    if (hasNote(entry)) this.shownNotes.splice(at, 0, position);
    this.shown.splice(position, 0, entry);
  }

  private removeShown(position: number): void {
    const at = countBelow(this.shownNotes, position);
    if (this.shownNotes[at] === position) this.shownNotes.splice(at, 1);
    for (let i = at; i < this.shownNotes.length; i++) this.shownNotes[i] = (this.shownNotes[i] ?? 0) - 1;
    this.shown.splice(position, 1);
  }

  /** Position of an entry among the visible ones, or -1. */
  positionOf(number: number): number {
    const position = this.lowerBound(number);
    return this.shown[position]?.number === number ? position : -1;
  }

  /** Position of the first visible entry with that number or a higher one. */
  private lowerBound(number: number): number {
    let low = 0;
    let high = this.shown.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.shown[middle]?.number ?? 0) < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private forget(): void {
    const aim = this.bounds.size - this.bounds.size / SHARE;
    let count = Math.max(0, this.entries.length - this.bounds.entries + Math.ceil(this.bounds.entries / SHARE));
    let rest = this.size;
    for (let i = 0; i < this.entries.length; i++) {
      if (i >= count && rest <= aim) break;
      rest -= this.entries[i]?.size ?? 0;
      count = Math.max(count, i + 1);
    }
    // Keep the newest entry, whatever its size: the user is looking at it.
    count = Math.min(count, this.entries.length - 1);
    const gone = this.entries.splice(0, count);
    this.forgotten += gone.length;
    this.size = this.entries.reduce((sum, entry) => sum + entry.size, 0);
    this.show();
  }
}
