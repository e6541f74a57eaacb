import type { Client } from "@achex/client";
import * as v from "valibot";
import { type Bytes, base64Of, bytesFromBase64, hexOf, randomBytes, sameBytes } from "./bytes.ts";
import { commitmentTo, deriveKeys, KEY, type KeyPair, newKeyPair, type SharedKeys, secretId } from "./keys.ts";

/** A secret that two clients share before their handshake. */
export interface KnownSecret {
  readonly secret: Bytes;
  /** `link`: from the address of the room. `remembered`: from an earlier handshake of the same two clients. */
  readonly kind: "link" | "remembered";
  /** Whether a person has compared the emoji, or the other side has the secret from the link. */
  readonly isVerified: boolean;
}

export interface HandshakeContext {
  readonly client: Client<object>;
  readonly room: string;
  /** Those to be preferred first. */
  readonly secrets: () => readonly KnownSecret[];
}

export interface Pairing {
  readonly sid: number;
  /** Number that both sides use for this pairing. */
  readonly pairing: string;
  readonly isInitiator: boolean;
  readonly keys: SharedKeys;
  readonly known: KnownSecret | undefined;
}

const MOST_KNOWN = 64;
/** How long the other side may take for an answer, ms. */
const PATIENCE = 15_000;

const text = (pattern: RegExp) => v.pipe(v.string(), v.regex(pattern));
const key = text(/^[\w-]{43}$/);
const pairing = text(/^[0-9a-f]{16}$/);
const secretName = text(/^[0-9a-f]{16}$/);
const hello = v.object({
  files: v.literal("hello"),
  pairing,
  commitment: key,
  known: v.pipe(v.array(secretName), v.maxLength(MOST_KNOWN)),
});
const greeting = v.object({ key, use: v.nullable(secretName) });
const reveal = v.object({ files: v.literal("key"), pairing, key, proof: key });
const conclusion = v.object({ proof: key });
const question = v.variant("files", [hello, reveal]);

const bytesFrom = (encoded: string): Bytes => bytesFromBase64(encoded, KEY) ?? new Uint8Array();

/** Rejects if the other side does not answer, or does not have the same keys: then somebody is between the two. */
export async function initiate({ client, room, secrets }: HandshakeContext, sid: number): Promise<Pairing> {
  const own = newKeyPair();
  const number = hexOf(randomBytes(8));
  const known = secrets().slice(0, MOST_KNOWN);
  const ask = (data: object) => client.ask(sid, data, { timeout: PATIENCE });
  const first = await ask({
    files: "hello",
    pairing: number,
    commitment: base64Of(commitmentTo(own.open)),
    known: known.map(({ secret }) => secretId(secret, room)),
  });
  const answer = v.parse(greeting, first);
  const used = known.find(({ secret }) => secretId(secret, room) === answer.use);
  if (answer.use !== null && !used) throw new Error("The other side uses a secret that this one does not have.");
  const secret = used?.secret ?? new Uint8Array();
  const keys = deriveKeys({ own, other: bytesFrom(answer.key), isInitiator: true, room, secret });
  const second = await ask({
    files: "key",
    pairing: number,
    key: base64Of(own.open),
    proof: base64Of(keys.proofOfInitiator),
  });
  if (!sameBytes(bytesFrom(v.parse(conclusion, second).proof), keys.proofOfResponder))
    throw new Error("The other side does not have the same keys.");
  return { sid, pairing: number, isInitiator: true, keys, known: used };
}

interface Begun {
  readonly pairing: string;
  readonly commitment: Bytes;
  readonly own: KeyPair;
  readonly used: KnownSecret | undefined;
}

/** Handshakes that others began and not finished: one for each session, of at most so many sessions. */
const MOST_BEGUN = 64;

/** Answers the questions of others who begin a handshake. */
export class Responder {
  readonly #context: HandshakeContext;
  readonly #done: (paired: Pairing) => void;
  readonly #begun = new Map<number, Begun>();

  constructor(context: HandshakeContext, done: (paired: Pairing) => void) {
    this.#context = context;
    this.#done = done;
  }

  /** The answer to a question; throws if it is not one of a handshake, or not the right one. */
  answer(sid: number, data: unknown): object {
    const asked = v.parse(question, data);
    return asked.files === "hello" ? this.#hello(sid, asked) : this.#key(sid, asked);
  }

  #hello(sid: number, { pairing: number, commitment, known }: v.InferOutput<typeof hello>): object {
    const { room, secrets } = this.#context;
    const own = newKeyPair();
    const used = secrets().find(({ secret }) => known.includes(secretId(secret, room)));
    this.#begun.delete(sid);
    for (const oldest of this.#begun.keys()) if (this.#begun.size >= MOST_BEGUN) this.#begun.delete(oldest);
    this.#begun.set(sid, { pairing: number, commitment: bytesFrom(commitment), own, used });
    return { key: base64Of(own.open), use: used ? secretId(used.secret, room) : null };
  }

  #key(sid: number, { pairing: number, key: encoded, proof }: v.InferOutput<typeof reveal>): object {
    const begun = this.#begun.get(sid);
    this.#begun.delete(sid);
    const other = bytesFrom(encoded);
    if (begun?.pairing !== number || !sameBytes(commitmentTo(other), begun.commitment))
      throw new Error("The key is not the announced one.");
    const { room } = this.#context;
    const { own, used } = begun;
    const keys = deriveKeys({ own, other, isInitiator: false, room, secret: used?.secret ?? new Uint8Array() });
    if (!sameBytes(bytesFrom(proof), keys.proofOfInitiator)) throw new Error("The keys are not the same.");
    this.#done({ sid, pairing: number, isInitiator: false, keys, known: used });
    return { proof: base64Of(keys.proofOfResponder) };
  }
}
