import type { Client } from "@achex/client";
import { type Bytes, bytesOf, concat, hexOf, textOf } from "./bytes.ts";
import { type Cipher, createCipher } from "./cipher.ts";
import type { Emoji } from "./emoji.ts";
import type { Pairing } from "./handshake.ts";
import { messageKey, peerKeyOf } from "./keys.ts";
import { type Message, messageFrom } from "./messages.ts";

const COUNTER = 8;
/** The most bytes of a sealed message. */
const LONGEST = 1024 * 1024;

/** Two clients that share keys: what they say to each other is sealed and arrives once, in order. */
export class Pair {
  readonly sid: number;
  readonly pairing: string;
  readonly isInitiator: boolean;
  readonly emoji: readonly Emoji[];
  /** The same after a reload or a lost session, and not to be forged: who the other side is. */
  readonly peerKey: string;
  /** For the next handshake with the same client. */
  readonly remembered: Bytes;
  /** For the keys of runs. */
  readonly sendKey: Bytes;
  readonly receiveKey: Bytes;
  readonly kind: "link" | "remembered" | "new";
  isVerified: boolean;
  /** Runs that this side has begun. */
  runs = 0;
  isOver = false;
  readonly #client: Client<object>;
  readonly #ciphers: Promise<{ readonly send: Cipher; readonly receive: Cipher }>;
  #sent = 0;
  #received = 0;
  /** Messages are sealed and opened one after the other. */
  #sending: Promise<unknown> = Promise.resolve();
  #receiving: Promise<unknown> = Promise.resolve();

  constructor(client: Client<object>, { sid, pairing, isInitiator, keys, known }: Pairing) {
    this.#client = client;
    this.sid = sid;
    this.pairing = pairing;
    this.isInitiator = isInitiator;
    this.emoji = keys.emoji;
    this.kind = known?.kind ?? "new";
    this.isVerified = known?.isVerified ?? false;
    this.remembered = known?.kind === "remembered" ? known.secret : keys.remembered;
    this.peerKey = peerKeyOf(this.remembered);
    const { fromInitiator, fromResponder } = keys;
    this.sendKey = isInitiator ? fromInitiator : fromResponder;
    this.receiveKey = isInitiator ? fromResponder : fromInitiator;
    this.#ciphers = this.#createCiphers();
  }

  async #createCiphers() {
    const [send, receive] = await Promise.all([
      createCipher(messageKey(this.sendKey)),
      createCipher(messageKey(this.receiveKey)),
    ]);
    return { send, receive };
  }

  /** Resolves when the relay has the message; rejects if the other side is gone. */
  send(message: Message): Promise<void> {
    const sending = this.#sending.then(async () => {
      if (this.isOver) throw new Error("The other side is not connected.");
      const { send } = await this.#ciphers;
      const counter = counterBytes(++this.#sent);
      const sealed = await send.seal(concat(new Uint8Array(4), counter), bytesOf(JSON.stringify(message)));
      await this.#client.session(this.sid).sendBinary(concat(counter, sealed), { files: this.pairing });
    });
    this.#sending = sending.catch(() => {});
    return sending;
  }

  /** Resolves when the relay has all messages. */
  async flush(): Promise<void> {
    await this.#sending;
  }

  /** Resolves when all messages that have arrived were opened. */
  async opened(): Promise<void> {
    await this.#receiving;
  }

  /** Calls the listener with the message, unless the bytes are forged, repeated, or no message. `ignored` says why. */
  receive(bytes: Uint8Array, listener: (message: Message) => void, ignored: (why: string) => void): void {
    this.#receiving = this.#receiving.then(async () => {
      if (bytes.length < COUNTER || bytes.length > LONGEST) return ignored("wrong length");
      const counter = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0));
      if (counter <= this.#received) return ignored("repeated");
      const { receive } = await this.#ciphers;
      const nonce = concat(new Uint8Array(4), bytes.subarray(0, COUNTER));
      const plain = await receive.open(nonce, Uint8Array.from(bytes.subarray(COUNTER))).catch(() => undefined);
      if (!plain) return ignored("not sealed with the key of this pairing");
      this.#received = counter;
      const message = messageFrom(textOrNothing(plain));
      if (!message) return ignored("not a message of this protocol");
      return listener(message);
    });
    this.#receiving = this.#receiving.catch((error) => ignored(String(error)));
  }
}

function textOrNothing(bytes: Bytes): string {
  try {
    return textOf(bytes);
  } catch {
    return "";
  }
}

function counterBytes(counter: number): Bytes {
  const bytes = new Uint8Array(COUNTER);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(counter));
  return bytes;
}

export const newTransferId = (): string => hexOf(crypto.getRandomValues(new Uint8Array(16)));
