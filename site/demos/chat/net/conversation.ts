import type { Delivery } from "@achex/client";
import { type ReadonlySignal, signal } from "@preact/signals";
import type { Author } from "../rules/authorship.ts";
import { randomBytes, toBase64Url } from "../rules/base64url.ts";
import { pictureFrom } from "../rules/image.ts";
import { type Draft, type Note, refOf } from "../rules/message.ts";
import type { Seal } from "../rules/seal.ts";
import { failureOf, sentAs } from "../rules/sending.ts";
import { type Entry, type Sending, Timeline } from "../rules/timeline.ts";
import { type Arrived, type Genuine, type Reader, readMessage } from "./envelope.ts";
import type { Store, Waiting } from "./store.ts";

/** The order of what waits to be sent: behind everything. */
const LAST = 1e15;

export interface ConversationOptions extends Reader {
  /** In this browser's storage. */
  readonly id: string;
  readonly isDirect: boolean;
  readonly author: Author;
  readonly store: Store;
  /** The name that messages are signed with. */
  name(): string;
  now(): number;
  /** This client's login name, as the relay stamps it. */
  login(): string;
  /** Resolves when a message can be passed to the relay, with the key to encrypt it with. */
  ready(): Promise<Seal | undefined>;
  isConnected(): boolean;
  send(data: object, bytes: Uint8Array<ArrayBuffer> | undefined, id: string): Promise<Delivery>;
  /** A message was ignored. */
  reject(reason: string): void;
  /** A new message of somebody else. */
  arrived?(entry: Entry): void;
}

/** Where a message comes from: now, from history, or from this browser's storage. */
export interface Origin {
  /** Sequence number in a kept channel. */
  readonly seq?: number | undefined;
  readonly at?: number | undefined;
  readonly isOld?: boolean;
}

/** The messages of a room, or of two people, and what this page sends there. */
export class Conversation {
  readonly options: ConversationOptions;
  readonly entries: ReadonlySignal<readonly Entry[]>;
  /** Whether the relay keeps it; undefined as long as that is not known. */
  readonly isKept = signal<boolean | undefined>(undefined);
  /** Messages that this page cannot decrypt. */
  readonly locked = signal(0);
  readonly #entries = signal<readonly Entry[]>([]);
  readonly #timeline = new Timeline();
  readonly #pending = new Map<string, Waiting>();
  #arrivals = 0;
  #receiving: Promise<unknown> = Promise.resolve();
  #sending: Promise<unknown> = Promise.resolve();
  #isShowing = false;

  constructor(options: ConversationOptions) {
    this.options = options;
    this.entries = this.#entries;
  }

  get me(): string {
    return this.options.author.id;
  }

  find(ref: string): Entry | undefined {
    return this.#timeline.get(ref);
  }

  /** Takes a message, which may be anything. One after the other, because decryption waits. */
  receive(message: Arrived, origin: Origin = {}): Promise<void> {
    const next = this.#receiving.then(() => this.#receive(message, origin));
    this.#receiving = next.catch((error) => this.options.reject(String(error)));
    return next;
  }

  async #receive(message: Arrived, { seq, at, isOld = false }: Origin): Promise<void> {
    const order = seq ?? ++this.#arrivals;
    const now = this.options.now();
    const read = await readMessage(message, this.options);
    if (read.kind === "rejected") return this.options.reject(read.reason);
    if (read.kind === "locked") {
      this.#timeline.addNotice(LOCKED, { order, at: at ?? now });
      this.locked.value++;
      return this.#show();
    }
    // What was missed comes without the time at which the relay got it: then it is when it was written, but not before the message before.
    const caughtUp =
      seq === undefined ? now : Math.min(now, Math.max(read.note.w, this.#timeline.before(order)?.at ?? 0));
    const place = { order, at: at ?? caughtUp };
    const isKnown = this.#timeline.get(refOf(read.author, read.note.id)) !== undefined;
    const reason = this.#take(read, place, isOld);
    if (reason !== undefined) this.options.reject(reason);
    else if (!isOld && !isKnown && seq === undefined) await this.#keepHere(message, place.at);
  }

  /** Adds a genuine note; returns why it is ignored. */
  #take(
    { author, note, bytes }: Genuine,
    place: { readonly order: number; readonly at: number },
    isOld: boolean,
  ): string | undefined {
    const picture = note.k === "image" ? pictureFrom(note.image, bytes) : undefined;
    if (typeof picture === "string") return picture;
    const isNew = this.#timeline.add(author, note, place, picture && { picture });
    this.#show();
    const entry = isNew && author !== this.me ? this.#timeline.get(refOf(author, note.id)) : undefined;
    if (entry && !isOld) this.options.arrived?.(entry);
    return undefined;
  }

  /** Says something in the timeline, such as that messages are missing here. */
  notice(text: string, order?: number): void {
    this.#timeline.addNotice(text, { order: order ?? ++this.#arrivals, at: this.options.now() });
    this.#show();
  }

  /** Messages before were numbered differently, and all of them come again. */
  reset(): void {
    this.#timeline.reset();
    this.#show();
  }

  /** Signs, shows and sends. */
  post(draft: Draft, bytes?: Uint8Array<ArrayBuffer>): string {
    const { author, store, id: conversation, place } = this.options;
    const w = Math.round(this.options.now());
    const note: Note = { ...draft, id: toBase64Url(randomBytes(12)), w, n: this.options.name() };
    const waiting: Waiting = { id: note.id, conversation, signed: author.sign(place, JSON.stringify(note)), bytes };
    void store.addWaiting(waiting).catch(() => {});
    this.#enqueue(waiting, note);
    return refOf(author.id, note.id);
  }

  /** Sends what this browser could not send before the page was closed. */
  async resume(): Promise<void> {
    for (const waiting of await this.options.store.waiting(this.options.id)) {
      const read = await readMessage(
        { from: "", data: waiting.signed, bytes: waiting.bytes },
        { place: this.options.place },
      );
      if (read.kind === "genuine" && !this.#pending.has(waiting.id)) this.#enqueue(waiting, read.note);
    }
  }

  retry(ref: string): void {
    const waiting = [...this.#pending.values()].find(({ id }) => refOf(this.me, id) === ref);
    if (waiting) this.#deliver(waiting);
  }

  discard(ref: string): void {
    for (const { id } of this.#pending.values()) if (refOf(this.me, id) === ref) this.#done(id);
    this.#timeline.remove(ref);
    this.#show();
  }

  #enqueue(waiting: Waiting, note: Note): void {
    this.#pending.set(waiting.id, waiting);
    const picture = note.k === "image" ? pictureFrom(note.image, waiting.bytes) : undefined;
    const place = { order: LAST + ++this.#arrivals, at: this.options.now() };
    this.#timeline.add(this.me, note, place, {
      sending: { kind: "waiting" },
      ...(picture !== undefined && typeof picture !== "string" && { picture }),
    });
    this.#show();
    this.#deliver(waiting);
  }

  /** In order: each is passed to the relay before the next one, without waiting for its result. */
  #deliver({ id, signed, bytes }: Waiting): void {
    const { isDirect, isConnected, ready, seal: isSealed, login, send } = this.options;
    const ref = refOf(this.me, id);
    this.#setSending(ref, isConnected() ? { kind: "sending" } : { kind: "waiting" });
    this.#sending = this.#sending.then(async () => {
      try {
        const key = await ready();
        if (isSealed && !key) throw new Error("This conversation is encrypted, and this page does not have its key.");
        const message = key ? await key.seal(signed, bytes, login()) : { data: signed, bytes };
        if (isConnected()) this.#setSending(ref, { kind: "sending" });
        send(message.data, message.bytes, id).then(
          (delivery) => this.#sent(id, delivery, message),
          (error) => this.#setSending(ref, failureOf(error, isDirect)),
        );
      } catch (error) {
        this.#setSending(ref, failureOf(error, isDirect));
      }
    });
  }

  #sent(
    id: string,
    delivery: Delivery,
    { data, bytes }: { readonly data: unknown; readonly bytes?: Uint8Array<ArrayBuffer> | undefined },
  ): void {
    this.#done(id);
    const { seq } = delivery;
    this.#setSending(refOf(this.me, id), sentAs(delivery), this.options.isDirect ? undefined : seq);
    if (seq === undefined || this.options.isDirect)
      void this.#keepHere({ from: this.options.login(), data, bytes }, this.options.now());
  }

  #done(id: string): void {
    this.#pending.delete(id);
    void this.options.store.removeWaiting(id).catch(() => {});
  }

  /** What was not delivered yet, now that the connection is gone or back. */
  connectionChanged(): void {
    const kind = this.options.isConnected() ? "sending" : "waiting";
    for (const { id } of this.#pending.values()) {
      const ref = refOf(this.me, id);
      if (this.#timeline.get(ref)?.sending?.kind !== "failed") this.#setSending(ref, { kind });
    }
  }

  #setSending(ref: string, sending: Sending, seq?: number): void {
    const order = sending.kind === "sent" ? (seq ?? ++this.#arrivals) : undefined;
    this.#timeline.setSending(ref, sending, order);
    this.#show();
  }

  /** In a conversation that the relay does not keep, this browser does. */
  #keepHere({ from, data, bytes }: Arrived, at: number): Promise<void> {
    const { store, id } = this.options;
    return store.addSeen({ conversation: id, from, data, bytes, at }).catch(() => {});
  }

  /** Shows what this browser kept. */
  async recall(): Promise<void> {
    const seen = await this.options.store.seen(this.options.id);
    for (const { from, data, bytes, at } of seen) await this.receive({ from, data, bytes }, { at, isOld: true });
  }

  #show(): void {
    if (this.#isShowing) return;
    this.#isShowing = true;
    queueMicrotask(() => {
      this.#isShowing = false;
      this.#entries.value = [...this.#timeline.entries];
    });
  }
}

const LOCKED =
  "Encrypted messages that the key of this page does not open. They were written with another key or passphrase: open the complete link, or compare the seven pictures with those who are here.";
