/** First 32 bits of the fractional parts of the roots of the first primes, as FIPS 180-4 defines them. */
const fraction = (root: number) => ((root - Math.floor(root)) * 2 ** 32) | 0;
const primes = Array.from({ length: 312 }, (_, n) => n).filter(
  (n) => n > 1 && !Array.from({ length: Math.floor(Math.sqrt(n)) }, (_, d) => d + 1).some((d) => d > 1 && n % d === 0),
);
/** A DataView, because reading from it never gives undefined. */
const K = new DataView(new ArrayBuffer(256));
primes.slice(0, 64).forEach((prime, at) => {
  K.setInt32(at * 4, fraction(Math.cbrt(prime)));
});
const START = Int32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));

/** Incremental SHA-256. WebCrypto can only hash data that is in memory as a whole. */
export class Sha256 {
  readonly #state = START.slice();
  readonly #block = new Uint8Array(64);
  readonly #words = new DataView(new ArrayBuffer(256));
  #length = 0;

  update(bytes: Uint8Array): void {
    let from = 0;
    const filled = this.#length % 64;
    this.#length += bytes.length;
    if (filled > 0) {
      from = Math.min(64 - filled, bytes.length);
      this.#block.set(bytes.subarray(0, from), filled);
      if (filled + from < 64) return;
      this.#mix(this.#block, 0);
    }
    for (; from + 64 <= bytes.length; from += 64) this.#mix(bytes, from);
    this.#block.set(bytes.subarray(from));
  }

  /** Returns the hash, 32 bytes. Nothing can be added after this. */
  digest(): Uint8Array {
    const length = this.#length;
    const padding = new Uint8Array(((119 - (length % 64)) % 64) + 9);
    padding[0] = 0x80;
    const view = new DataView(padding.buffer);
    view.setUint32(padding.length - 8, Math.floor(length / 2 ** 29));
    view.setUint32(padding.length - 4, (length << 3) >>> 0);
    this.update(padding);
    const digest = new DataView(new ArrayBuffer(32));
    this.#state.forEach((word, at) => {
      digest.setInt32(at * 4, word);
    });
    return new Uint8Array(digest.buffer);
  }

  #mix(bytes: Uint8Array, from: number): void {
    const words = this.#words;
    const view = new DataView(bytes.buffer, bytes.byteOffset + from, 64);
    for (let i = 0; i < 16; i++) words.setInt32(i * 4, view.getInt32(i * 4));
    for (let i = 64; i < 256; i += 4) {
      const x = words.getInt32(i - 60);
      const y = words.getInt32(i - 8);
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      words.setInt32(i, (words.getInt32(i - 64) + s0 + words.getInt32(i - 28) + s1) | 0);
    }
    let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = this.#state;
    const before = [a, b, c, d, e, f, g, h];
    for (let i = 0; i < 256; i += 4) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K.getInt32(i) + words.getInt32(i)) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + t2) | 0;
    }
    const after = [a, b, c, d, e, f, g, h];
    for (let i = 0; i < 8; i++) this.#state[i] = (before[i] ?? 0) + (after[i] ?? 0);
  }
}

export const hexOf = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
