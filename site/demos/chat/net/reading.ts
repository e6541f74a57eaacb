import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Entry } from "../rules/timeline.ts";
import { isUnread, type ReadMark, readMarkFrom } from "../rules/unread.ts";
import { readPreference, storePreference } from "./preferences.ts";

/** Up to where a conversation has been read. Opening it marks nothing as read: only what has been on the screen is. */
export class Reading {
  readonly unread: ReadonlySignal<number>;
  /** Where a line says "New", since the conversation was opened. */
  readonly divider = signal<string | undefined>(undefined);
  readonly #mark = signal<ReadMark | undefined>(undefined);
  readonly #key: string;
  readonly #me: string;
  readonly #entries: ReadonlySignal<readonly Entry[]>;
  readonly #epoch: ReadonlySignal<string | undefined>;

  constructor(
    id: string,
    me: string,
    entries: ReadonlySignal<readonly Entry[]>,
    epoch: ReadonlySignal<string | undefined>,
  ) {
    this.#key = `read.${id}`;
    this.#me = me;
    this.#entries = entries;
    this.#epoch = epoch;
    this.#mark.value = readMarkFrom(readPreference(this.#key));
    this.unread = computed(() => entries.value.filter((entry) => this.#isUnread(entry)).length);
  }

  /** The first message that was not on the screen yet. */
  firstUnread(): Entry | undefined {
    return this.#entries.peek().find((entry) => this.#isUnread(entry));
  }

  /** The conversation is opened: the line stays where it is until that happens again. */
  opened(): void {
    this.divider.value = this.firstUnread()?.ref;
  }

  /** A message was on the screen, in front of somebody. */
  saw({ order, at }: Entry): void {
    const mark = this.#mark.peek();
    const epoch = this.#epoch.peek();
    const isSame = mark !== undefined && epoch !== undefined && mark.epoch === epoch;
    if (mark && (isSame ? order <= mark.order : at <= mark.at)) return;
    this.#mark.value = { epoch, order, at };
    storePreference(this.#key, JSON.stringify(this.#mark.peek()));
  }

  /** Everything that is loaded counts as read, because somebody said so. */
  markAll(): void {
    const last = this.#entries.peek().findLast(({ sending }) => sending === undefined || sending.kind === "sent");
    if (last) this.saw(last);
    this.divider.value = undefined;
  }

  #isUnread(entry: Entry): boolean {
    return isUnread(entry, this.#me, this.#mark.value, this.#epoch.value);
  }
}
