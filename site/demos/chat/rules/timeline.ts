import type { Note, NoteOf } from "./message.ts";
import { authorOf, refOf } from "./message.ts";

/** How the sending of an own message goes. */
export type Sending =
  | { readonly kind: "waiting" }
  | { readonly kind: "sending" }
  | { readonly kind: "sent"; readonly taken: number; readonly held: number; readonly kept: boolean }
  | { readonly kind: "failed"; readonly reason: string };

export interface Picture {
  readonly type: NoteOf<"image">["image"]["type"];
  readonly width: number;
  readonly height: number;
  /** Undefined if the page has let go of it, because there are too many. */
  readonly bytes: Uint8Array<ArrayBuffer> | undefined;
}

/** A message as it is shown. A change makes another object. */
export interface Entry {
  /** Author and id; for what cannot be read, its position. */
  readonly ref: string;
  readonly author: string;
  readonly name: string;
  readonly text: string;
  readonly picture?: Picture | undefined;
  /** The message that this one answers. */
  readonly re?: string | undefined;
  /** When the relay got it, or else when this page got it, ms. */
  readonly at: number;
  readonly written: number;
  readonly isEdited: boolean;
  readonly isDeleted: boolean;
  /** Who reacted, by emoji. */
  readonly reactions: ReadonlyMap<string, ReadonlySet<string>>;
  readonly sending?: Sending | undefined;
  /** It is a notice, not a message. */
  readonly problem?: string | undefined;
  /** Its place in the order. */
  readonly order: number;
}

/** Where a note is in the order of its conversation, and when it came. */
export interface Place {
  readonly order: number;
  readonly at: number;
}

/** Messages of a conversation that a page holds, and bytes of their images. The oldest go first. */
export const MOST_ENTRIES = 5_000;
const MOST_IMAGE_BYTES = 48 * 1024 ** 2;
/** Edits, deletions and reactions that are remembered for messages which are not loaded. */
const MOST_MARKS = 20_000;

interface Change {
  readonly written: number;
  readonly text: string;
}
interface Reaction {
  readonly written: number;
  readonly on: boolean;
}

const NONE: ReadonlyMap<string, ReadonlySet<string>> = new Map();

/** Messages in their order, with what their authors changed later, in whichever order all of it arrives. Other than in tests, every note has been verified. */
export class Timeline {
  /** In order. */
  readonly #entries: Entry[] = [];
  readonly #byRef = new Map<string, Entry>();
  readonly #edits = new Map<string, Change>();
  readonly #deleted = new Set<string>();
  readonly #reactions = new Map<string, Map<string, Map<string, Reaction>>>();
  /** Ids of reactions, edits and deletions, which come again when a page of history overlaps. */
  #marks = 0;
  #imageBytes = 0;
  /** Grows with each change. */
  version = 0;

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** The last message before that place. */
  before(place: number): Entry | undefined {
    return this.#entries.findLast(({ order }) => order < place);
  }

  get(ref: string): Entry | undefined {
    return this.#byRef.get(ref);
  }

  /** Adds a note. Returns whether it is a new message. */
  add(author: string, note: Note, place: Place, more: Partial<Pick<Entry, "picture" | "sending">> = {}): boolean {
    this.version++;
    if (note.k === "edit") return this.#edit(refOf(author, note.of), { written: note.w, text: note.t });
    if (note.k === "delete") return this.#delete(refOf(author, note.of));
    if (note.k === "react") return this.#react(author, note);
    const ref = refOf(author, note.id);
    const known = this.#byRef.get(ref);
    if (known) {
      this.#learn(known, place, more);
      return false;
    }
    this.#insert({
      ...{ ref, author, name: note.n, text: note.t, re: note.re, written: note.w, ...place, ...more },
      ...{ isEdited: false, isDeleted: false, reactions: NONE },
    });
    this.#apply(ref);
    return true;
  }

  /** A line that nobody wrote: what is missing here, or cannot be read. */
  addNotice(problem: string, place: Place): void {
    const ref = `notice ${place.order}`;
    const last = this.#entries.findLast(({ order }) => order <= place.order);
    // Once for many in a row.
    if (this.#byRef.has(ref) || last?.problem === problem) return;
    this.version++;
    this.#insert({
      ...{ ref, author: "", name: "", text: "", written: place.at, ...place, problem },
      ...{ isEdited: false, isDeleted: false, reactions: NONE },
    });
  }

  setSending(ref: string, sending: Sending | undefined, order?: number): void {
    const entry = this.#byRef.get(ref);
    if (!entry) return;
    this.version++;
    this.#take(entry);
    this.#insert({ ...entry, sending, order: order ?? entry.order });
  }

  remove(ref: string): void {
    const entry = this.#byRef.get(ref);
    if (!entry) return;
    this.version++;
    this.#take(entry);
  }

  /** Forgets what came from the relay, whose numbers mean nothing any more; what waits to be sent stays. */
  reset(): void {
    this.version++;
    const waiting = this.#entries.filter(({ sending }) => sending && sending.kind !== "sent");
    this.#entries.splice(0);
    this.#byRef.clear();
    this.#imageBytes = 0;
    for (const entry of waiting) this.#insert(entry);
  }

  /** A message came again: with its number, if it was sent from here. */
  #learn(known: Entry, place: Place, more: Partial<Pick<Entry, "picture" | "sending">>): void {
    const isOwn = known.sending !== undefined && known.sending.kind !== "sent";
    if (!isOwn) return;
    this.#take(known);
    const sending: Sending = { kind: "sent", taken: 0, held: 0, kept: true };
    this.#insert({ ...known, ...place, ...more, sending: more.sending ?? sending });
  }

  #insert(entry: Entry): void {
    let at = this.#entries.length;
    while (at > 0 && (this.#entries[at - 1]?.order ?? 0) > entry.order) at--;
    this.#entries.splice(at, 0, entry);
    this.#byRef.set(entry.ref, entry);
    this.#imageBytes += entry.picture?.bytes?.length ?? 0;
    this.#bound();
  }

  #bound(): void {
    const [oldest] = this.#entries;
    if (this.#entries.length > MOST_ENTRIES && oldest) this.#take(oldest);
    for (let at = 0; this.#imageBytes > MOST_IMAGE_BYTES && at < this.#entries.length - 1; at++) {
      const entry = this.#entries[at];
      if (!entry?.picture?.bytes || entry.sending) continue;
      this.#imageBytes -= entry.picture.bytes.length;
      const next = { ...entry, picture: { ...entry.picture, bytes: undefined } };
      this.#entries[at] = next;
      this.#byRef.set(entry.ref, next);
    }
  }

  #take(entry: Entry): void {
    this.#entries.splice(this.#entries.indexOf(entry), 1);
    this.#byRef.delete(entry.ref);
    this.#imageBytes -= entry.picture?.bytes?.length ?? 0;
  }

  #edit(ref: string, change: Change): false {
    const last = this.#edits.get(ref);
    if (last && last.written >= change.written) return false;
    if (!last && this.#isFull()) return false;
    this.#edits.set(ref, change);
    this.#apply(ref);
    return false;
  }

  #delete(ref: string): false {
    if (this.#deleted.has(ref) || this.#isFull()) return false;
    this.#deleted.add(ref);
    this.#apply(ref);
    return false;
  }

  #react(author: string, { of, emoji, on, w }: NoteOf<"react">): false {
    const ofMessage = this.#reactions.get(of) ?? new Map<string, Map<string, Reaction>>();
    const ofEmoji = ofMessage.get(emoji) ?? new Map<string, Reaction>();
    const last = ofEmoji.get(author);
    if ((last && last.written >= w) || (!last && this.#isFull())) return false;
    this.#reactions.set(of, ofMessage.set(emoji, ofEmoji.set(author, { written: w, on })));
    this.#apply(of);
    return false;
  }

  #isFull(): boolean {
    return this.#marks++ >= MOST_MARKS;
  }

  /** Brings a message up to date with what its author, and those who react, have said about it. */
  #apply(ref: string): void {
    const entry = this.#byRef.get(ref);
    if (!entry) return;
    const edit = this.#edits.get(ref);
    const isDeleted = this.#deleted.has(ref);
    const reactions = new Map<string, ReadonlySet<string>>();
    for (const [emoji, byAuthor] of this.#reactions.get(ref) ?? []) {
      const authors = [...byAuthor].flatMap(([author, { on }]) => (on ? author : []));
      if (authors.length > 0) reactions.set(emoji, new Set(authors));
    }
    const next: Entry = {
      ...entry,
      ...{ text: isDeleted ? "" : (edit?.text ?? entry.text), isEdited: edit !== undefined, isDeleted, reactions },
      ...(isDeleted && { picture: undefined }),
    };
    this.#entries[this.#entries.indexOf(entry)] = next;
    this.#byRef.set(ref, next);
    if (isDeleted) this.#imageBytes -= entry.picture?.bytes?.length ?? 0;
  }
}

/** Messages of one author within five minutes are shown as one. */
const GROUP = 5 * 60_000;
const LATE = 2 * 60_000;

/**
 * Whether a message was written long before it came: offline, or somebody has sent an old one again. Authors take the server's time, and
 * sign it, so a copy cannot look new.
 */
export const isLate = ({ at, written }: Entry): boolean => Math.abs(at - written) > LATE;

/** Whether a message repeats the head of the one before: its author and its time. */
export const continues = (entry: Entry, before: Entry | undefined): boolean =>
  before !== undefined &&
  before.author === entry.author &&
  before.name === entry.name &&
  before.problem === undefined &&
  entry.problem === undefined &&
  entry.re === undefined &&
  !isLate(entry) &&
  entry.at - before.at < GROUP &&
  new Date(entry.at).toDateString() === new Date(before.at).toDateString();

export const isMine = ({ ref }: Entry, me: string): boolean => authorOf(ref) === me;
