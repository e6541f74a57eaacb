import { type Bytes, RECORD, type RunReader, type RunWriter } from "@achex/files";

/** Bytes that the browser may hold for a channel; Chromium fails at 16 MiB. */
const MOST_BUFFERED = 4 * 1024 * 1024;
const LOW = 1024 * 1024;
/** How far a sender may be ahead of what the other side has written. */
const WINDOW = 4 * 1024 * 1024;
/** Bytes that wait here to be written; an honest sender does not exceed its window. */
const MOST_WAITING = 2 * WINDOW;
/** After so many written bytes the sender is told. */
const STEP = 512 * 1024;
/** How long nothing may arrive on the other side, ms. */
const STALLED = 8_000;
const OPENING = 5_000;

export function opened(channel: RTCDataChannel): Promise<void> {
  return new Promise((resolve, reject) => {
    if (channel.readyState === "open") return resolve();
    const timer = setTimeout(() => reject(new Error("The direct connection did not open.")), OPENING);
    channel.addEventListener("open", () => {
      clearTimeout(timer);
      resolve();
    });
    channel.addEventListener("close", () => reject(new Error("The direct connection was closed.")));
  });
}

/** Sends a run through a data channel. */
export class ChannelWriter implements RunWriter {
  readonly #channel: RTCDataChannel;
  #sent = 0;
  #written = 0;
  #failure: Error | undefined;
  #wake = () => {};

  constructor(channel: RTCDataChannel) {
    this.#channel = channel;
    channel.binaryType = "arraybuffer";
    channel.bufferedAmountLowThreshold = LOW;
    channel.addEventListener("bufferedamountlow", () => this.#wake());
    channel.addEventListener("close", () => this.#fail(new Error("The direct connection was lost.")));
    channel.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
      if (!(data instanceof ArrayBuffer) || data.byteLength !== 8) return;
      this.#written = Number(new DataView(data).getBigUint64(0));
      this.#wake();
    });
  }

  async write(records: readonly Bytes[]): Promise<void> {
    for (const record of records) {
      await this.#until(() => this.#channel.bufferedAmount < MOST_BUFFERED && this.#sent - this.#written < WINDOW);
      this.#channel.send(record);
      this.#sent += record.length;
    }
  }

  async close(): Promise<void> {
    await this.#until(() => this.#written >= this.#sent);
    this.abort();
  }

  abort(): void {
    this.#channel.close();
    this.#fail(new Error("The run has ended."));
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#wake();
  }

  async #until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (this.#failure) throw this.#failure;
      let timer = 0;
      const stalled = await Promise.race([
        new Promise<false>((resolve) => {
          this.#wake = () => resolve(false);
        }),
        new Promise<true>((resolve) => {
          timer = window.setTimeout(() => resolve(true), STALLED);
        }),
      ]);
      clearTimeout(timer);
      if (stalled) this.#fail(new Error("The direct connection has stalled."));
    }
    if (this.#failure) throw this.#failure;
  }
}

/** Passes what a data channel brings to the reader, one after the other, and tells the sender how far it is. */
export function readChannel(channel: RTCDataChannel, reader: RunReader): void {
  channel.binaryType = "arraybuffer";
  let work: Promise<unknown> = Promise.resolve();
  let [waiting, written, told] = [0, 0, 0];
  const tell = () => {
    if (channel.readyState !== "open") return;
    told = written;
    const bytes = new DataView(new ArrayBuffer(8));
    bytes.setBigUint64(0, BigInt(written));
    channel.send(bytes);
  };
  channel.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
    if (!(data instanceof ArrayBuffer) || data.byteLength > RECORD) return channel.close();
    waiting += data.byteLength;
    if (waiting > MOST_WAITING) return channel.close();
    work = work
      .then(() => reader(new Uint8Array(data)))
      .then(() => {
        waiting -= data.byteLength;
        written += data.byteLength;
        // The last record of a run has nothing behind it.
        if (written - told >= STEP || waiting === 0) tell();
      })
      .catch(() => channel.close());
    return undefined;
  });
}
