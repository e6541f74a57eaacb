import { fromBase64Url, randomBytes, toBase64Url } from "../rules/base64url.ts";
import type { RoomAddress } from "../rules/room-address.ts";
import { Seal } from "../rules/seal.ts";

/** Anybody can invent salts, and each derivation takes 64 MiB and a third of a second: after this many unsuccessful ones, other salts are ignored. */
const MOST_TRIES = 8;
const SALT_LENGTH = 16;

/** Makes a key of a passphrase; slowly on purpose. */
export type DeriveKey = (phrase: string, salt: Uint8Array) => Promise<Uint8Array>;

/**
 * The keys of a room. A room with a passphrase may have several: its first members choose a random salt, and two of them may do that at
 * the same moment. Each message names its salt; new messages use the lowest salt whose key has decrypted something.
 */
export class Keys {
  readonly #address: RoomAddress;
  readonly #place: string;
  readonly #derive: DeriveKey;
  readonly #seals = new Map<string, Promise<Seal | undefined>>();
  readonly #made: Seal[] = [];
  readonly #single: Seal | undefined;
  #salt: string | undefined;

  constructor(address: RoomAddress, place: string, derive: DeriveKey) {
    this.#address = address;
    this.#place = place;
    this.#derive = derive;
    const key = address.lock.kind === "key" ? fromBase64Url(address.lock.key, SALT_LENGTH) : undefined;
    this.#single = key && new Seal(key, place);
  }

  get isOpen(): boolean {
    return this.#address.lock.kind === "open";
  }

  /** The key for a message with that salt; undefined if there is none. */
  get = async (salt: string | undefined): Promise<Seal | undefined> => {
    if (salt === undefined) return this.#single;
    const { lock } = this.#address;
    const bytes = fromBase64Url(salt, SALT_LENGTH);
    if (lock.kind !== "phrase" || !bytes) return undefined;
    const known = this.#seals.get(salt);
    if (known) return known;
    if (this.#seals.size - this.#made.filter(({ hasOpened }) => hasOpened).length >= MOST_TRIES) return undefined;
    const making = this.#derive(lock.phrase, bytes).then((key) => new Seal(key, this.#place, salt));
    this.#seals.set(salt, making);
    const seal = await making;
    this.#made.push(seal);
    return seal;
  };

  /** The key for what is sent; undefined in a room without a secret. */
  async forSending(): Promise<Seal | undefined> {
    if (this.#address.lock.kind !== "phrase") return this.#single;
    const [lowest] = this.#made
      .flatMap(({ hasOpened, salt }) => (hasOpened && salt !== undefined ? salt : []))
      .toSorted();
    this.#salt = lowest ?? this.#salt ?? toBase64Url(randomBytes(SALT_LENGTH));
    return this.get(this.#salt);
  }
}
