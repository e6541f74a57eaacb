/** What a worklet has that a page does not; TypeScript's libraries leave it out. */
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;

/** Samples per message: about 100 messages per second. */
const BLOCK = 512;

/** Sends what it hears to the page, all channels of a moment in one message. */
class Recorder extends AudioWorkletProcessor {
  #block: Float32Array[] = [];
  #filled = 0;

  process([input = []]: readonly Float32Array[][]): boolean {
    const length = input[0]?.length ?? 0;
    if (length === 0) return true;
    if (this.#block.length !== input.length) {
      this.#block = input.map(() => new Float32Array(BLOCK));
      this.#filled = 0;
    }
    for (const [channel, samples] of input.entries()) this.#block[channel]?.set(samples, this.#filled);
    this.#filled += length;
    if (this.#filled + length <= BLOCK) return true;
    const message = this.#block.map((samples) => samples.slice(0, this.#filled));
    this.port.postMessage(
      message,
      message.map(({ buffer }) => buffer),
    );
    this.#filled = 0;
    return true;
  }
}

registerProcessor("recorder", Recorder);
