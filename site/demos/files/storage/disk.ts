import type { Bytes, CreateHasher, HashMark, Sink } from "@achex/files";
import type { DiskAnswer, DiskRequest } from "./disk-requests.ts";
import workerUrl from "./disk-wasm.ts?worker";

type Operation<R> = R extends DiskRequest ? Omit<R, "number" | "id"> : never;

/** The worker that hashes and writes, so that the page stays quick. */
export class Disk {
  readonly #worker = new Worker(workerUrl, { type: "module" });
  readonly #answers = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  #numbers = 0;

  constructor() {
    this.#worker.addEventListener("message", ({ data }: MessageEvent<DiskAnswer>) => {
      const answer = this.#answers.get(data.number);
      this.#answers.delete(data.number);
      if (data.error === undefined) answer?.resolve(data.value);
      else answer?.reject(new Error(data.error));
    });
    this.#worker.addEventListener("error", () => {
      for (const { reject } of this.#answers.values()) reject(new Error("The worker has ended. Reload the page."));
      this.#answers.clear();
    });
  }

  readonly createHasher: CreateHasher = async (state) => {
    const id = ++this.#numbers;
    await this.#ask(id, { op: "hash", state });
    return {
      update: async (bytes) => void (await this.#ask(id, { op: "write", bytes })),
      save: async () => bytesFrom(await this.#ask(id, { op: "mark" })),
      digest: async () => bytesFrom(await this.#ask(id, { op: "finish" })),
      close: () => void this.#ask(id, { op: "close" }).catch(() => {}),
    };
  };

  /** A file in the browser's own file system. */
  async open(list: string, file: number, mark: HashMark | undefined): Promise<Sink> {
    const id = ++this.#numbers;
    const from = await this.#ask(id, { op: "open", list, file, mark });
    return new DiskSink((operation) => this.#ask(id, operation), typeof from === "number" ? from : 0);
  }

  #ask(id: number, operation: Operation<DiskRequest>): Promise<unknown> {
    const number = ++this.#numbers;
    return new Promise((resolve, reject) => {
      this.#answers.set(number, { resolve, reject });
      const request = { ...operation, number, id };
      this.#worker.postMessage(request);
    });
  }
}

const bytesFrom = (value: unknown): Bytes => {
  if (!(value instanceof Uint8Array)) throw new Error("The worker gave no bytes.");
  return Uint8Array.from(value);
};

class DiskSink implements Sink {
  offset: number;
  readonly #ask: (operation: Operation<DiskRequest>) => Promise<unknown>;

  constructor(ask: (operation: Operation<DiskRequest>) => Promise<unknown>, offset: number) {
    this.#ask = ask;
    this.offset = offset;
  }

  async write(bytes: Bytes): Promise<void> {
    await this.#ask({ op: "write", bytes });
    this.offset += bytes.length;
  }

  async mark(): Promise<HashMark> {
    const { offset } = this;
    return { offset, state: bytesFrom(await this.#ask({ op: "mark" })) };
  }

  async finish(): Promise<Bytes> {
    return bytesFrom(await this.#ask({ op: "finish" }));
  }

  async close(): Promise<void> {
    await this.#ask({ op: "close" });
  }
}
