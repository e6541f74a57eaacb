import type { Delivery } from "./message.ts";

export interface SendOptions {
  /**
   * Send it again if the session ends before the confirmation; it may then arrive twice. Default false: the send is rejected as
   * `unknown`. Not needed for a drop after which the session is resumed.
   */
  readonly repeatable?: boolean;
  /**
   * With false, the server sends no confirmation: the promise resolves once the message is passed to the socket, and a rejection is
   * only reported by the event `fault`. Use it for frequent updates where each message replaces the previous one. Default true.
   */
  readonly confirm?: boolean;
  /**
   * The message replaces the one before with the same text here and the same address: a receiver that reads slowly gets only the newest,
   * and so does the server after this client was disconnected. Use it for positions. At most 64 bytes.
   */
  readonly latest?: string;
  /** Drop the message rather than queue it while the client is not connected or sends too fast. Default false. */
  readonly ifConnected?: boolean;
  /** To a hub or broadcast: deliver it only if the room still has this term; otherwise it is rejected with `stale-term`. */
  readonly term?: number;
}

/** An ArrayBuffer or any view of one, sent byte for byte, or a Blob. */
export type BinarySource = ArrayBuffer | ArrayBufferView | { arrayBuffer(): Promise<ArrayBuffer> };

export interface Target<Payload> {
  /** Resolves when the server has delivered the message; rejects with a Fault. You may ignore the promise. */
  send(data: Payload, options?: SendOptions): Promise<Delivery>;
  /** Sends raw bytes and an optional object. A Blob is read first, so messages sent meanwhile may arrive before it. */
  sendBinary(bytes: BinarySource, data?: Payload, options?: SendOptions): Promise<Delivery>;
}
