import { type Client, connect, SimulatedNetwork } from "@achex/client/full";
import { startServer, type TestServer } from "../../../server/test/kit/server.ts";
import type { Bytes } from "../../src/bytes.ts";
import { Exchange, type ExchangeOptions, type SecretStore } from "../../src/exchange.ts";
import type { KnownSecret } from "../../src/handshake.ts";
import { createWasmHasher } from "../../src/hasher.ts";
import type { IncomingTransfer } from "../../src/incoming.ts";
import type { HashMark, MarkStore, SavedTransfer, Sink, Source, Target, TransferStore } from "../../src/storage.ts";

/** Bytes that differ everywhere, and are the same each time. */
export function pattern(size: number, seed = 1): Bytes {
  const bytes = new Uint8Array(size);
  let state = seed >>> 0 || 1;
  for (let i = 0; i < size; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

/** A file in memory, which counts what is read. */
export class MemorySource implements Source {
  readonly path: string;
  readonly size: number;
  readonly modified: number;
  reads = 0;
  bytes: Bytes;

  constructor(path: string, bytes: Bytes, modified = 1) {
    this.path = path;
    this.bytes = bytes;
    this.size = bytes.length;
    this.modified = modified;
  }

  async read(from: number, to: number): Promise<Bytes> {
    this.reads += to - from;
    return this.bytes.slice(from, to);
  }
}

/** The disk of a receiver, which outlives its program. */
export class MemoryDisk implements TransferStore, MarkStore, SecretStore {
  readonly partial = new Map<number, Uint8Array[]>();
  readonly complete = new Map<number, Bytes>();
  readonly saved = new Map<string, SavedTransfer>();
  readonly marks = new Map<string, readonly HashMark[]>();
  secrets: KnownSecret[] = [];
  isFinished = false;
  isDiscarded = false;
  /** So many files from now on get a wrong hash. */
  spoiled = 0;

  list(): readonly KnownSecret[] {
    return this.secrets;
  }

  remember(secret: Bytes, isVerified: boolean): void {
    const isOther = (one: KnownSecret) => Buffer.compare(one.secret, secret) !== 0;
    this.secrets = [{ secret, isVerified, kind: "remembered" }, ...this.secrets.filter(isOther)];
  }

  async load(list: string): Promise<SavedTransfer & readonly HashMark[]>;
  async load(list: string, file: number): Promise<readonly HashMark[]>;
  async load(list: string, file?: number): Promise<unknown> {
    return file === undefined ? structuredClone(this.saved.get(list)) : (this.marks.get(`${list} ${file}`) ?? []);
  }

  async save(first: SavedTransfer | string, file?: number, marks?: readonly HashMark[]): Promise<void> {
    if (typeof first === "string") this.marks.set(`${first} ${file}`, marks ?? []);
    else this.saved.set(first.list, structuredClone(first));
  }

  async remove(list: string): Promise<void> {
    this.saved.delete(list);
  }

  target(): Target {
    const disk = this;
    return {
      async open(file, from): Promise<Sink> {
        const before = from ? Buffer.concat(disk.partial.get(file) ?? []).subarray(0, from.offset) : new Uint8Array();
        const mark = from && before.length === from.offset ? from : undefined;
        const parts: Uint8Array[] = mark ? [before] : [];
        disk.partial.set(file, parts);
        const hasher = await createWasmHasher(mark?.state);
        let offset = mark?.offset ?? 0;
        return {
          get offset() {
            return offset;
          },
          async write(bytes) {
            parts.push(bytes);
            await hasher.update(bytes);
            offset += bytes.length;
          },
          mark: async () => ({ offset, state: await hasher.save() }),
          async finish() {
            if (disk.spoiled === 0) return hasher.digest();
            disk.spoiled--;
            return new Uint8Array(32);
          },
          async close() {},
        };
      },
      async verified(file) {
        disk.complete.set(file, Uint8Array.from(Buffer.concat(disk.partial.get(file) ?? [])));
        disk.partial.delete(file);
      },
      async finish() {
        disk.isFinished = true;
      },
      async discard() {
        disk.isDiscarded = true;
      },
    };
  }
}

export interface Guest extends AsyncDisposable {
  readonly client: Client<object>;
  readonly exchange: Exchange;
  readonly network: SimulatedNetwork;
  readonly disk: MemoryDisk;
  readonly ignored: string[];
  /** Offers that nobody has decided on. */
  readonly offers: IncomingTransfer[];
}

export interface GuestOptions extends Partial<ExchangeOptions> {
  readonly disk?: MemoryDisk;
  /** Accept every offer. */
  readonly accepts?: boolean;
}

/** Clients in one room of a relay. */
export class Party implements AsyncDisposable {
  readonly server: TestServer;
  readonly code = "BCDFG";
  readonly #guests: Guest[] = [];

  private constructor(server: TestServer) {
    this.server = server;
  }

  static async start(): Promise<Party> {
    return new Party(await startServer());
  }

  async guest(
    name: string,
    { disk = new MemoryDisk(), accepts = false, ...options }: GuestOptions = {},
  ): Promise<Guest> {
    const network = new SimulatedNetwork();
    const client = connect<object>(this.server.ws("/files"), { name, simulate: network });
    const [offers, ignored]: [IncomingTransfer[], string[]] = [[], []];
    const exchange = new Exchange({
      ...{ client, code: this.code, name, kind: "terminal", secrets: disk, transfers: disk, marks: disk },
      createHasher: createWasmHasher,
      offered(transfer, _, canContinue) {
        if (accepts || canContinue) void transfer.accept(disk.target());
        else offers.push(transfer);
      },
      changed() {},
      ignored: (why) => ignored.push(why),
      ...options,
    });
    await exchange.room.join();
    const guest: Guest = {
      ...{ client, exchange, network, disk, offers, ignored },
      async [Symbol.asyncDispose]() {
        await exchange.close();
        client.close();
      },
    };
    this.#guests.push(guest);
    return guest;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const guest of this.#guests) await guest[Symbol.asyncDispose]();
    await this.server.stop();
  }
}
