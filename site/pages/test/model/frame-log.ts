import type { Entry, NewEntry } from "./entry.ts";
import { everything, type Filter, matches } from "./filter.ts";

export interface LogBounds {
  readonly entries: number;
  /** Of all frames together, in UTF-16 units or bytes. */
  readonly size: number;
}

const defaultBounds: LogBounds = { entries: 50_000, size: 64 * 1024 ** 2 };

/** Part of the log that is let go at once when it is full: one by one would copy the list for every frame. */
const SHARE = 10;

/**
 * What one client saw, oldest first, and the part of it that a filter lets through. Appending costs the same at 10 entries
 * and at 50,000. While paused, entries are kept but not shown.
 */
export class FrameLog {
  private entries: Entry[] = [];
  private shown: Entry[] = [];
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
    if (this.pausedAt === undefined && matches(entry, this.current)) this.shown.push(entry);
    if (this.entries.length > this.bounds.entries || this.size > this.bounds.size) this.forget();
    return entry;
  }

  /** What the filter lets through, up to the pause. The same array until it is changed by clear, filter or resume. */
  get visible(): readonly Entry[] {
    return this.shown;
  }

  get all(): readonly Entry[] {
    return this.entries;
  }

  /** Of all entries together. */
  get bytes(): number {
    return this.size;
  }

  /** Entries let go because the log was full. */
  get lost(): number {
    return this.forgotten;
  }

  get paused(): boolean {
    return this.pausedAt !== undefined;
  }

  /** Entries that came since the pause. */
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
    this.shown = this.entries.filter((entry) => entry.number < end && matches(entry, this.current));
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
    // The newest stays, however large: it is what somebody is looking at.
    count = Math.min(count, this.entries.length - 1);
    const gone = this.entries.splice(0, count);
    this.forgotten += gone.length;
    this.size = this.entries.reduce((sum, entry) => sum + entry.size, 0);
    this.show();
  }
}
