import type { Bytes } from "./bytes.ts";
import { type CreateHasher, type Hasher, type HashMark, MARK, type MarkStore, type Source } from "./storage.ts";

/** Marks that are kept: the newest, and those at powers of two, because a receiver may go on from far behind. */
const NEWEST = 16;
const isPowerOfTwo = (number: number): boolean => Math.log2(number) % 1 === 0;
/** Bytes read at a time. */
const READ = 1024 * 1024;

/** The SHA-256 of a file that is sent from any point, without reading from the beginning each time. */
export class SourceHash {
  readonly #source: Source;
  readonly #create: CreateHasher;
  readonly #store: () => Promise<void>;
  #marks: readonly HashMark[];
  #hasher: Hasher | undefined;
  #offset = 0;

  private constructor(source: Source, create: CreateHasher, marks: readonly HashMark[], save: MarksSaver) {
    this.#source = source;
    this.#create = create;
    this.#marks = marks;
    this.#store = () => save(this.#marks);
  }

  static async open(
    source: Source,
    create: CreateHasher,
    marks: MarkStore,
    list: string,
    file: number,
  ): Promise<SourceHash> {
    const known = await marks.load(list, file).catch(() => []);
    return new SourceHash(source, create, known, (all) => marks.save(list, file, all).catch(() => {}));
  }

  /** Goes to that offset: from the nearest mark before it, or from where it is. */
  async seek(offset: number): Promise<void> {
    if (this.#hasher && this.#offset === offset) return;
    const mark = this.#marks.findLast((one) => one.offset <= offset);
    if (!this.#hasher || this.#offset > offset || (mark?.offset ?? 0) > this.#offset) {
      this.#hasher?.close?.();
      this.#hasher = await this.#create(mark?.state);
      this.#offset = mark?.offset ?? 0;
    }
    while (this.#offset < offset)
      await this.add(await this.#source.read(this.#offset, Math.min(offset, this.#offset + READ)));
  }

  async add(bytes: Bytes): Promise<void> {
    await this.#hasher?.update(bytes);
    this.#offset += bytes.length;
    if (!this.#hasher || this.#offset % MARK !== 0) return;
    const state = await this.#hasher.save();
    const kept = this.#marks.filter(({ offset }) => offset < this.#offset);
    this.#marks = [
      ...kept.filter(({ offset }, at) => at >= kept.length - NEWEST || isPowerOfTwo(offset / MARK)),
      { offset: this.#offset, state },
    ];
    await this.#store();
  }

  async digest(): Promise<Bytes> {
    const digest = await this.#hasher?.digest();
    this.close();
    if (!digest) throw new Error("nothing to hash");
    return digest;
  }

  close(): void {
    this.#hasher?.close?.();
    this.#hasher = undefined;
  }
}

type MarksSaver = (marks: readonly HashMark[]) => Promise<void>;
