import type { Bytes } from "./json.ts";
import type { WebSocketConstructor, WebSocketLike } from "./socket.ts";

/** A frame on its way: called before the client handles a received one, and when it sends one. */
export type FrameObserver = (direction: "in" | "out", frame: string | Bytes) => void;

/** A WebSocket class that reports every frame, after what a simulated network does to it. */
export const observed = (WebSocket: WebSocketConstructor, observe: FrameObserver): WebSocketConstructor =>
  class extends ObservedSocket {
    constructor(url: string, protocols: string[]) {
      super(new WebSocket(url, protocols), guarded(observe));
    }
  };

/**
 * What an observer throws is thrown asynchronously, as with listeners of events. Otherwise the frame would not be handled or sent, though it counts,
 * and the session could not be resumed (PROTOCOL.md R71).
 */
const guarded =
  (observe: FrameObserver): FrameObserver =>
  (direction, frame) => {
    try {
      observe(direction, frame);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  };

class ObservedSocket implements WebSocketLike {
  onopen: ((event: never) => unknown) | null = null;
  onmessage: ((event: { readonly data: unknown }) => unknown) | null = null;
  onclose: ((event: never) => unknown) | null = null;
  onerror: ((event: never) => unknown) | null = null;
  readonly #inner: WebSocketLike;
  readonly #observe: FrameObserver;

  constructor(inner: WebSocketLike, observe: FrameObserver) {
    this.#inner = inner;
    this.#observe = observe;
    inner.onopen = (event) => this.onopen?.(event);
    inner.onclose = (event) => this.onclose?.(event);
    inner.onerror = (event) => this.onerror?.(event);
    inner.onmessage = (event: { readonly data: unknown }) => {
      const { data } = event;
      if (typeof data === "string") observe("in", data);
      else if (data instanceof ArrayBuffer) observe("in", new Uint8Array(data));
      this.onmessage?.(event);
    };
  }

  get protocol(): string {
    return this.#inner.protocol ?? "";
  }

  get binaryType(): string {
    return this.#inner.binaryType;
  }

  set binaryType(type: string) {
    this.#inner.binaryType = type;
  }

  send(data: string | Bytes): void {
    this.#observe("out", data);
    this.#inner.send(data);
  }

  close(code?: number, reason?: string): void {
    this.#inner.close(code, reason);
  }
}
