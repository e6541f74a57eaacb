/** Requests that are open at a time; further ones wait. */
const OPEN = 4;
/** ms without an answer, after which another peer is asked. */
const PATIENCE = 3_000;

interface Request {
  /** Peers that were asked or have failed. */
  readonly tried: Set<number>;
  asked: number | undefined;
  since: number;
}

export interface RequestOptions {
  /** Peers to ask for something, best first. */
  sources(key: string): readonly number[];
  ask(peer: number, key: string): void;
  /** ms; only differences count. */
  now(): number;
}

/** Fetches things from any peer that has them: asks one after the other until an answer fits, even if some leave or stay silent. */
export class Requests {
  readonly #options: RequestOptions;
  readonly #requests = new Map<string, Request>();

  constructor(options: RequestOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#requests.size;
  }

  want(key: string): void {
    if (!this.#requests.has(key)) this.#requests.set(key, { tried: new Set(), asked: undefined, since: 0 });
    this.pump();
  }

  has(key: string): boolean {
    return this.#requests.has(key);
  }

  /** No longer wanted. */
  drop(key: string): void {
    this.#requests.delete(key);
  }

  done(key: string): void {
    this.#requests.delete(key);
    this.pump();
  }

  /** This peer does not have it, or sent something else. */
  failed(peer: number, key: string): void {
    const request = this.#requests.get(key);
    if (request?.asked !== peer) return;
    request.asked = undefined;
    this.pump();
  }

  left(peer: number): void {
    for (const request of this.#requests.values()) if (request.asked === peer) request.asked = undefined;
    this.pump();
  }

  /** Asks for what waits. To be called now and then, to notice who does not answer. */
  pump(): void {
    const now = this.#options.now();
    let open = 0;
    for (const request of this.#requests.values()) {
      if (request.asked !== undefined && now - request.since > PATIENCE) request.asked = undefined;
      if (request.asked !== undefined) open++;
    }
    for (const [key, request] of this.#requests) {
      if (open >= OPEN) return;
      if (request.asked !== undefined) continue;
      const sources = this.#options.sources(key);
      let peer = sources.find((one) => !request.tried.has(one));
      if (peer === undefined && now - request.since > PATIENCE) {
        // Everybody was asked: perhaps somebody has it by now.
        request.tried.clear();
        peer = sources[0];
      }
      if (peer === undefined) continue;
      request.tried.add(peer);
      request.asked = peer;
      request.since = now;
      open++;
      this.#options.ask(peer, key);
    }
  }
}
