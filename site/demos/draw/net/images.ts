import { imageHeader } from "../../shared/images/image-header.ts";
import { sha256Hex } from "../rules/chain.ts";
import { MAX_IMAGE } from "../rules/shapes.ts";
import { Requests } from "./requests.ts";

/** ms in which an image that somebody has just drawn should arrive without being asked for. */
const EXPECTED = 700;
/** Bytes of all images of a drawing at most. Those beyond are shown as empty frames. */
const MAX_TOTAL = 24 * 1024 ** 2;

/** Longest side of an image, pixels. */
const MAX_SIDE = 2_048;
/** What the drawing makes of images that are put into it. */
const DRAWN: readonly string[] = ["image/png", "image/jpeg", "image/webp"];

export interface ImagesOptions {
  /** Sessions of the others, the host first. */
  others(): readonly number[];
  ask(peer: number, hash: string): void;
  reject(reason: string): void;
  now(): number;
  /** Decodes the bytes of an image. */
  decode(bytes: Uint8Array<ArrayBuffer>, type: string): Promise<CanvasImageSource>;
  /** An image can be shown, and kept. */
  arrived(hash: string, bytes: Uint8Array<ArrayBuffer>): void;
}

/** The images of a drawing by the hash of their bytes, which is all that the drawing itself has of them. Any peer can hand them over. */
export class Images {
  readonly #options: ImagesOptions;
  readonly #bytes = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly #decoded = new Map<string, CanvasImageSource>();
  /** When an image that is not here was first needed. */
  readonly #needed = new Map<string, number>();
  readonly #requests: Requests;
  #total = 0;

  constructor(options: ImagesOptions) {
    this.#options = options;
    this.#requests = new Requests({
      sources: () => options.others(),
      ask: (peer, hash) => options.ask(peer, hash),
      now: () => options.now(),
    });
  }

  /** To be drawn; undefined until it has arrived and was decoded. */
  get = (hash: string): CanvasImageSource | undefined => this.#decoded.get(hash);

  bytes(hash: string): Uint8Array<ArrayBuffer> | undefined {
    return this.#bytes.get(hash);
  }

  /** The drawing has an image with that hash. */
  need(hash: string): void {
    if (!this.#bytes.has(hash) && !this.#needed.has(hash)) this.#needed.set(hash, this.#options.now());
  }

  /** Takes an image of this browser, or one from a peer that somebody has drawn. Returns why it is rejected. */
  async take(hash: string, bytes: Uint8Array<ArrayBuffer>): Promise<string | undefined> {
    if (this.#bytes.has(hash)) return undefined;
    if (bytes.length > MAX_IMAGE || this.#total + bytes.length > MAX_TOTAL) return "an image that is too large";
    const header = imageHeader(bytes, MAX_SIDE);
    if (!header || !DRAWN.includes(header.type)) return "not an image, or one with too many pixels";
    if (sha256Hex(bytes) !== hash) return "an image with the wrong hash";
    this.#bytes.set(hash, bytes);
    this.#total += bytes.length;
    this.#needed.delete(hash);
    this.#requests.done(hash);
    try {
      this.#decoded.set(hash, await this.#options.decode(bytes, header.type));
    } catch {
      return "an image that cannot be decoded";
    }
    this.#options.arrived(hash, bytes);
    return undefined;
  }

  /** An image from a peer. Those that nothing in the drawing shows are not kept. */
  async receive(peer: number, hash: string, bytes: Uint8Array<ArrayBuffer> | undefined): Promise<void> {
    if (this.#bytes.has(hash)) return;
    if (!this.#needed.has(hash)) return this.#options.reject("an image that is not in the drawing");
    const reason = bytes ? await this.take(hash, bytes) : "an image without bytes";
    if (reason === undefined) return;
    this.#options.reject(reason);
    this.#requests.failed(peer, hash);
  }

  left(peer: number): void {
    this.#requests.left(peer);
  }

  pump(): void {
    const now = this.#options.now();
    for (const [hash, since] of this.#needed) if (now - since > EXPECTED) this.#requests.want(hash);
    this.#requests.pump();
  }
}
