import { bytesFromBase64, hexOf, sameBytes } from "./bytes.ts";
import { type Cipher, createCipher } from "./cipher.ts";
import { listKey, runKey } from "./keys.ts";
import type { Message, MessageOf, OfferedFile } from "./messages.ts";
import type { Pair } from "./pair.ts";
import { CHUNK, chunkLength, DIGEST_CHUNK, openRecord, placeOf, RecordReader, startOf } from "./records.ts";
import type { RunReader } from "./runs.ts";
import { type HashMark, MARK, type SavedTransfer, type Sink, type Target, type TransferStore } from "./storage.ts";
import { reasonOf, Transfer } from "./transfer.ts";

export interface IncomingOptions {
  readonly id: string;
  readonly files: readonly OfferedFile[];
  readonly pair: Pair;
  readonly store: TransferStore;
  /** What an interrupted transfer of the same files left. */
  readonly saved: SavedTransfer | undefined;
  readonly changed: () => void;
}

interface Run {
  readonly number: number;
  readonly cipher: Cipher;
  readonly reader: RecordReader;
}

/** Files that another client sends. */
export class IncomingTransfer extends Transfer {
  readonly direction = "in";
  readonly list: string;
  id: string;
  pair: Pair;
  readonly #store: TransferStore;
  readonly #sizes: readonly number[];
  #isAttached = true;
  #target: Target | undefined;
  #run: Run | undefined;
  #sink: Sink | undefined;
  /** The file that is being received, and where it can be continued. */
  #file: number;
  #mark: HashMark | undefined;
  #differed = -1;
  /** Everything that touches the sink runs one after the other. */
  #work: Promise<unknown> = Promise.resolve();

  constructor({ id, files, pair, store, saved, changed }: IncomingOptions) {
    super(files, changed);
    this.id = id;
    this.pair = pair;
    this.list = listKey(files);
    this.#store = store;
    this.#sizes = files.map(({ size }) => size);
    this.#file = saved?.file ?? 0;
    this.#mark = saved?.mark;
    this.verified = this.#file;
    this.bytes = (this.starts[this.#file] ?? this.total) + (this.#mark?.offset ?? 0);
  }

  get isAccepted(): boolean {
    return this.#target !== undefined;
  }

  /** Lets the sender begin. The target takes the files. */
  async accept(target: Target): Promise<void> {
    this.#target = target;
    this.become("running");
    await this.#save();
    await this.pair.send({ t: "accept", id: this.id }).catch(() => this.detach());
  }

  decline(why = "The receiver declined."): void {
    this.#tell({ t: "decline", id: this.id, why });
    this.#stop("declined", why);
  }

  /** The sender is back, and has offered the same files again. */
  async attach(pair: Pair, id: string): Promise<void> {
    this.pair = pair;
    this.id = id;
    this.#isAttached = true;
    this.#run = undefined;
    this.pausedThere = false;
    if (this.state === "done") return this.#tell({ t: "accept", id });
    if (!this.isAccepted) return this.notify();
    this.become(this.isPaused ? "paused" : "running");
    this.#tell({ t: "accept", id });
    if (this.pausedHere) this.#tell({ t: "pause", id });
  }

  /** The sender is gone for now. */
  detach(): void {
    if (!this.#isAttached) return;
    this.#isAttached = false;
    this.#run = undefined;
    if (this.isAccepted) this.become("waiting");
    else if (!this.isOver) this.#stop("cancelled", "The sender is gone.");
  }

  get isAttached(): boolean {
    return this.#isAttached;
  }

  received(message: Message): void {
    if (message.t === "begin") this.#then(() => this.#begin(message));
    else if (message.t === "pause") this.#pausedThere(true);
    else if (message.t === "resume") this.#pausedThere(false);
    else if (message.t === "cancel") this.#cancelled(message.why);
  }

  /** Takes the bytes of that run; undefined if it is not the present one. */
  reader(number: number): RunReader | undefined {
    const run = this.#run;
    if (run?.number !== number) return undefined;
    return (bytes) => {
      const stored = this.#work.then(() => this.#take(run, bytes));
      this.#work = stored.catch((error) => this.#failed(run, error));
      return stored;
    };
  }

  pause(isPaused: boolean): void {
    this.pausedHere = isPaused;
    this.#tell({ t: isPaused ? "pause" : "resume", id: this.id });
    this.#showPause();
  }

  cancel(why = "The receiver cancelled."): void {
    this.#tell({ t: "cancel", id: this.id, why });
    this.#cancelled(why);
  }

  /** Ends writing and keeps what is there, as before the page or program ends. */
  async close(): Promise<void> {
    this.#run = undefined;
    await this.#work;
    await this.#keepMark();
    await this.#sink?.close();
    this.#sink = undefined;
  }

  #tell(message: Message): void {
    if (this.#isAttached) this.pair.send(message).catch(() => {});
  }

  #then(step: () => Promise<void>): void {
    this.#work = this.#work.then(step).catch((error) => this.#failed(this.#run, error));
  }

  #pausedThere(isPaused: boolean): void {
    this.pausedThere = isPaused;
    this.#showPause();
  }

  #showPause(): void {
    if (this.state === "running" || this.state === "paused") this.become(this.isPaused ? "paused" : "running");
    else this.notify();
  }

  async #begin({ run, salt, via }: MessageOf<"begin">): Promise<void> {
    const bytes = bytesFromBase64(salt, 16);
    if (!this.isAccepted || !bytes) return;
    this.#run = undefined;
    if (this.#file < this.files.length) {
      const sink = await this.#open();
      const place = startOf(this.#file, sink.offset, this.#sizes);
      const cipher = await createCipher(runKey(this.pair.receiveKey, bytes));
      this.#run = { number: run, cipher, reader: new RecordReader(this.#sizes, place) };
      this.via = via;
      this.become(this.isPaused ? "paused" : "running");
      this.moved((this.starts[this.#file] ?? 0) + sink.offset);
      this.#tell({ t: "at", id: this.id, run, ...place });
    } else {
      this.#tell({ t: "at", id: this.id, run, file: this.#file, chunk: 0 });
      this.#tell({ t: "done", id: this.id });
    }
  }

  async #open(): Promise<Sink> {
    if (this.#sink) return this.#sink;
    if (!this.#target) throw new Error("The files were not accepted.");
    this.#sink = await this.#target.open(this.#file, this.#mark);
    return this.#sink;
  }

  async #take(run: Run, bytes: Uint8Array): Promise<void> {
    if (run !== this.#run) throw new Error("The run has ended.");
    const records = run.reader.add(bytes);
    const opened = await Promise.all(
      records.map(async (record) => ({ place: placeOf(record), plain: await openRecord(run.cipher, record) })),
    );
    for (const { place, plain } of opened) {
      if (run !== this.#run) return;
      if (place.chunk === DIGEST_CHUNK) await this.#complete(plain);
      else {
        const sink = await this.#open();
        if (
          sink.offset !== place.chunk * CHUNK ||
          plain.length !== chunkLength(this.#sizes[place.file] ?? 0, place.chunk)
        )
          throw new Error("A part of the file is missing.");
        await sink.write(plain);
        if (sink.offset - (this.#mark?.offset ?? 0) >= MARK) await this.#keepMark();
        this.moved((this.starts[place.file] ?? 0) + sink.offset);
      }
    }
  }

  async #complete(expected: Uint8Array): Promise<void> {
    const sink = await this.#open();
    const file = this.#file;
    const digest = await sink.finish();
    this.#sink = undefined;
    this.#mark = undefined;
    if (!sameBytes(digest, expected)) {
      // What was kept, or the file, has changed since. Once it is sent again from its beginning.
      if (this.#differed === file) throw new Error("The file changed while it was being sent.");
      this.#run = undefined;
      this.#differed = file;
      this.#tell({ t: "differs", id: this.id, file });
      await this.#save();
      return;
    }
    this.digests[file] = hexOf(digest);
    await this.#target?.verified(file);
    this.#file++;
    this.verified = this.#file;
    this.#tell({ t: "verified", id: this.id, file });
    if (this.#file < this.files.length) return this.#save();
    this.become("finishing");
    await this.#target?.finish();
    await this.#store.remove(this.list);
    // Before anybody here can end the program because everything is done.
    this.#tell({ t: "done", id: this.id });
    this.moved(this.total);
    this.become("done");
  }

  async #keepMark(): Promise<void> {
    const mark = await this.#sink?.mark();
    if (!mark) return;
    this.#mark = mark;
    await this.#save();
  }

  #save(): Promise<void> {
    const { list, files } = this;
    const { peerKey } = this.pair;
    return this.#store.save({ list, peerKey, files, file: this.#file, mark: this.#mark });
  }

  #failed(run: Run | undefined, error: unknown): void {
    // An earlier run may fail as it likes.
    if (run !== this.#run || this.isOver) return;
    const why = reasonOf(error);
    this.#tell({ t: "cancel", id: this.id, why });
    this.#stop("failed", why);
  }

  #cancelled(why: string): void {
    if (this.isOver) return;
    this.#stop("cancelled", why);
    this.#then(async () => {
      await this.#target?.discard();
      await this.#store.remove(this.list);
    });
  }

  #stop(state: "declined" | "cancelled" | "failed", why: string): void {
    this.#run = undefined;
    this.become(state, why);
    this.#then(async () => {
      await this.#sink?.close();
      this.#sink = undefined;
    });
  }
}
