import { base64Of, hexOf, randomBytes } from "./bytes.ts";
import { type Cipher, createCipher } from "./cipher.ts";
import { listKey, runKey } from "./keys.ts";
import { type Message, type MessageOf, offerParts, type Via } from "./messages.ts";
import { newTransferId } from "./pair.ts";
import { CHUNK, DIGEST_CHUNK, type RecordPlace, sealRecord, startOf } from "./records.ts";
import type { Route, RunWriter } from "./runs.ts";
import { SourceFailed, SourceReader } from "./source-reader.ts";
import type { CreateHasher, MarkStore, Source } from "./storage.ts";
import { reasonOf, Transfer } from "./transfer.ts";

/** After a path has failed, ms. */
const PAUSE = 1_000;

export interface OutgoingOptions {
  readonly sources: readonly Source[];
  readonly createHasher: CreateHasher;
  readonly marks: MarkStore;
  readonly changed: () => void;
}

/** This run ends, and another one follows. */
class RunOver extends Error {}

/** Files on their way to one other client. */
export class OutgoingTransfer extends Transfer {
  readonly direction = "out";
  readonly id = newTransferId();
  readonly list: string;
  /** To whom. */
  peerKey = "";
  readonly #options: OutgoingOptions;
  readonly #sizes: readonly number[];
  #route: Route | undefined;
  #writer: RunWriter | undefined;
  readonly #reader: SourceReader;
  /** Why the present run must end. */
  #interrupt = "";
  #isAccepted = false;
  #isLooping = false;
  #at: ((place: RecordPlace & { readonly run: number }) => void) | undefined;
  #wake = () => {};

  constructor(options: OutgoingOptions) {
    super(
      options.sources.map(({ path, size, modified }) => ({ path, size, modified })),
      options.changed,
    );
    this.#options = options;
    this.#sizes = this.files.map(({ size }) => size);
    this.list = listKey(this.files);
    this.#reader = new SourceReader(options, this.list);
  }

  /** Offers the files, for the first time or again after the other side was gone. */
  async attach(route: Route): Promise<void> {
    this.detach();
    this.#route = route;
    this.peerKey = route.pair.peerKey;
    this.#isAccepted = false;
    this.pausedThere = false;
    try {
      for (const part of offerParts(this.id, this.files)) await route.pair.send(part);
      if (this.pausedHere) await route.pair.send({ t: "pause", id: this.id });
    } catch (error) {
      if (route === this.#route && !route.pair.isOver) this.#fail(reasonOf(error));
    }
  }

  /** The other side is gone for now. */
  detach(): void {
    if (!this.#route) return;
    this.#route = undefined;
    this.#stop("the other side is gone");
    if (this.state !== "offered") this.become("waiting");
  }

  received(message: Message): void {
    if (this.isOver) return;
    if (message.t === "accept") this.#accepted();
    else if (message.t === "decline") this.#end("declined", message.why);
    else if (message.t === "cancel") this.#end("cancelled", message.why);
    else if (message.t === "at") this.#at?.(message);
    else if (message.t === "verified") this.#verified(message);
    else if (message.t === "differs") this.#differs(message);
    else if (message.t === "done") this.#done();
    else if (message.t === "pause") this.#pausedThere(true);
    else if (message.t === "resume") this.#pausedThere(false);
  }

  pause(isPaused: boolean): void {
    this.pausedHere = isPaused;
    this.#tell({ t: isPaused ? "pause" : "resume", id: this.id });
    this.#showPause();
  }

  cancel(why = "The sender cancelled."): void {
    this.#tell({ t: "cancel", id: this.id, why });
    this.#end("cancelled", why);
  }

  /** The preferred path may have changed. */
  reroute(): void {
    this.#wake();
  }

  #tell(message: Message): void {
    this.#route?.pair.send(message).catch(() => {});
  }

  #pausedThere(isPaused: boolean): void {
    this.pausedThere = isPaused;
    this.#showPause();
  }

  #showPause(): void {
    if (this.state === "running" || this.state === "paused") this.become(this.isPaused ? "paused" : "running");
    else this.notify();
    this.#wake();
  }

  #accepted(): void {
    this.#isAccepted = true;
    this.become(this.isPaused ? "paused" : "running");
    void this.#loop();
  }

  #verified({ file }: MessageOf<"verified">): void {
    this.verified = Math.max(this.verified, Math.min(file + 1, this.files.length));
    this.notify();
  }

  /** The receiver has other bytes than were hashed here: the file is sent again. */
  #differs({ file }: MessageOf<"differs">): void {
    void this.#reader.forget(file);
    this.#stop("a file is sent again");
  }

  #done(): void {
    this.verified = this.files.length;
    this.moved(this.total);
    this.#end("done", "");
    void this.#options.marks.remove(this.list).catch(() => {});
  }

  #fail(why: string): void {
    this.#tell({ t: "cancel", id: this.id, why });
    this.#end("failed", why);
  }

  #end(state: "done" | "declined" | "cancelled" | "failed", why: string): void {
    this.become(state, why);
    this.#stop(state);
    this.#reader.close();
  }

  #stop(why: string): void {
    this.#interrupt = why;
    this.#writer?.abort();
    this.#wake();
  }

  async #loop(): Promise<void> {
    if (this.#isLooping) return;
    this.#isLooping = true;
    try {
      while (!this.isOver && this.#route && this.#isAccepted) await this.#tryRun(this.#route);
    } finally {
      this.#isLooping = false;
    }
  }

  async #tryRun(route: Route): Promise<void> {
    const via = route.via();
    this.#interrupt = "";
    try {
      await this.#run(route, via);
    } catch (error) {
      if (error instanceof SourceFailed) this.#fail(error.message);
      else if (this.#interrupt === "" && route === this.#route) {
        route.failed(via);
        await Promise.race([new Promise((resolve) => setTimeout(resolve, PAUSE)), this.#woken()]);
      }
    } finally {
      this.#writer?.abort();
      this.#writer = undefined;
    }
  }

  async #run(route: Route, via: Via): Promise<void> {
    const { pair } = route;
    const run = ++pair.runs;
    const salt = randomBytes(16);
    const position = this.#position(run);
    await pair.send({ t: "begin", id: this.id, run, salt: base64Of(salt), via });
    const [place, cipher] = await Promise.all([position, createCipher(runKey(pair.sendKey, salt))]);
    if (place.file > this.files.length) throw new SourceFailed("The receiver asks for a file that was not offered.");
    if (place.file < this.files.length) {
      const writer = await this.#opened(route.open(via, run));
      this.#writer = writer;
      this.#check();
      this.via = via;
      this.become(this.isPaused ? "paused" : "running");
      if (!(await this.#send(place, cipher, writer, () => route.via() === via))) {
        await writer.close();
        return;
      }
      if (!this.isOver) this.become("finishing");
      await writer.close();
    }
    while (!this.isOver) {
      this.#check();
      await this.#woken();
    }
  }

  /** The other side may be gone before a path is open. */
  async #opened(opening: Promise<RunWriter>): Promise<RunWriter> {
    for (;;) {
      const writer = await Promise.race([opening, this.#woken()]);
      if (writer) return writer;
      if (!this.#interrupt) continue;
      opening.then((late) => late.abort()).catch(() => {});
      this.#check();
    }
  }

  /** Where the receiver wants the run to begin. */
  async #position(run: number): Promise<RecordPlace> {
    for (;;) {
      let place: (RecordPlace & { readonly run: number }) | undefined;
      const answered = new Promise<void>((resolve) => {
        this.#at = (answer) => {
          place = answer;
          resolve();
        };
      });
      await Promise.race([answered, this.#woken()]);
      this.#check();
      if (place?.run === run) return place;
    }
  }

  /** false if it ended early, because another path is better. */
  async #send(from: RecordPlace, cipher: Cipher, writer: RunWriter, isBest: () => boolean): Promise<boolean> {
    for (let place = from; place.file < this.files.length; place = startOf(place.file + 1, 0, this.#sizes)) {
      const { file } = place;
      const size = this.#sizes[file] ?? 0;
      let offset = Math.min(size, place.chunk === DIGEST_CHUNK ? size : place.chunk * CHUNK);
      await this.#reader.seek(file, offset);
      let next = offset < size ? this.#reader.next(cipher) : undefined;
      while (next) {
        const { records, end } = await next;
        await this.#unpaused();
        if (!isBest()) return false;
        next = end < size ? this.#reader.next(cipher) : undefined;
        // It is awaited in the next round; until then a failure has nobody who handles it.
        next?.catch(() => {});
        await writer.write(records);
        this.#check();
        offset = end;
        this.moved((this.starts[file] ?? 0) + offset);
      }
      const digest = await this.#reader.digest();
      this.digests[file] = hexOf(digest);
      await writer.write([await sealRecord(cipher, { file, chunk: DIGEST_CHUNK }, digest)]);
      this.#check();
    }
    return true;
  }

  async #unpaused(): Promise<void> {
    this.#check();
    while (this.isPaused) {
      await this.#woken();
      this.#check();
    }
  }

  #check(): void {
    if (this.#interrupt) throw new RunOver(this.#interrupt);
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => {
      const before = this.#wake;
      this.#wake = () => {
        before();
        resolve();
      };
    });
  }
}
