import type { Delivery } from "./message.ts";

export interface SendOptions {
  /**
   * Send it again if the session ends before the confirmation. To a kept channel it still arrives once, and it is stored once even if
   * the server was killed in the meantime; to others it may arrive twice if the server was restarted. Default true for channels that the
   * client knows to be kept, otherwise false: the send is rejected as `unknown`. Not needed for a drop after which the session is resumed.
   */
  readonly repeatable?: boolean;
  /**
   * An id of your own, 1 to 64 bytes: the server delivers only the first message with it that your name sends to this address within two
   * minutes, or as long as a kept channel holds that. Use it to repeat a send after your program was restarted. By default the client
   * chooses one for each repeatable send.
   */
  readonly id?: string;
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
