import type { Member } from "@achex/client";
import { nameFrom } from "../../shared/room/names.ts";
import type { Author } from "../rules/authorship.ts";
import { isGenuine } from "../rules/authorship.ts";
import type { Seal } from "../rules/seal.ts";

/** Somebody in a room. */
export interface Person {
  /** Public key; empty for a member that does not prove one, such as a program. */
  readonly author: string;
  readonly name: string;
  /** Login name, for direct messages. */
  readonly login: string;
  readonly sids: readonly number[];
  readonly isAway: boolean;
  readonly isMe: boolean;
}

/** What a member signs to prove its key: it holds for one session of one login name in one room. */
const proofText = (name: string, login: string, sid: number): string => JSON.stringify({ presence: name, login, sid });

interface Claim {
  readonly name: string;
  readonly author: string;
  readonly signature: string;
}

/** The attributes of a member: name, key and proof. In a room with a secret the relay cannot read them; their values are short, so it takes several. */
export async function presenceAttributes(
  author: Author,
  name: string,
  login: string,
  sid: number,
  place: string,
  seal: Seal | undefined,
): Promise<Record<string, string>> {
  const signed = author.sign(place, proofText(name, login, sid));
  if (!seal) return { n: name, a: signed.a, s: signed.s };
  const { data } = await seal.seal({ ...signed, t: name }, undefined, login);
  const parts = (data.c ?? "").match(/.{1,200}/g) ?? [];
  const attributes: Record<string, string> = {
    k: data.k,
    i: String(data.n),
    ...(data.p !== undefined && { p: data.p }),
  };
  for (const [at, part] of parts.entries()) attributes[`c${at}`] = part;
  return attributes;
}

async function claimOf(
  { attributes, name: login }: Member,
  seal: (salt: string | undefined) => Promise<Seal | undefined>,
): Promise<Claim | undefined> {
  const { k, i, p, n, a, s } = attributes;
  if (typeof k !== "string") {
    return typeof n === "string" && typeof a === "string" && typeof s === "string"
      ? { name: n, author: a, signature: s }
      : undefined;
  }
  const c = [0, 1, 2].map((at) => attributes[`c${at}`] ?? "").join("");
  const key = await seal(typeof p === "string" ? p : undefined);
  const opened = await key?.open({ e: 1, k, n: Number(i), c }, undefined, login);
  return opened && { name: opened.signed.t, author: opened.signed.a, signature: opened.signed.s };
}

/** Members with the proof of their keys, remembered while nothing about them changes: a proof costs a millisecond. */
export class People {
  readonly #place: string;
  readonly #seal: (salt: string | undefined) => Promise<Seal | undefined>;
  readonly #known = new Map<string, Claim | undefined>();

  constructor(place: string, seal: (salt: string | undefined) => Promise<Seal | undefined>) {
    this.#place = place;
    this.#seal = seal;
  }

  /** Those with the same key are one person. Me first, then by name. */
  async from(members: readonly Member[], me: string, mySid: number | undefined): Promise<readonly Person[]> {
    const people = new Map<string, Person>();
    for (const member of members) {
      const { sid, name: login, away = false } = member;
      const claim = await this.#claim(member);
      const id = claim?.author ?? `session ${sid}`;
      const found = people.get(id);
      people.set(id, {
        ...{ author: claim?.author ?? "", login },
        name: nameFrom(claim?.name ?? login, "Someone"),
        sids: [...(found?.sids ?? []), sid],
        isAway: away && (found?.isAway ?? true),
        isMe: claim?.author === me || sid === mySid,
      });
    }
    const rank = ({ isMe, isAway, author }: Person) => (isMe ? 0 : author === "" ? 3 : isAway ? 2 : 1);
    return [...people.values()].toSorted((one, other) => rank(one) - rank(other) || one.name.localeCompare(other.name));
  }

  async #claim(member: Member): Promise<Claim | undefined> {
    const id = JSON.stringify([member.sid, member.name, member.attributes]);
    if (this.#known.has(id)) return this.#known.get(id);
    const claim = await claimOf(member, this.#seal);
    const isProven =
      claim &&
      isGenuine(
        { t: proofText(claim.name, member.name, member.sid), a: claim.author, s: claim.signature },
        this.#place,
      );
    if (this.#known.size >= 1_000) this.#known.clear();
    this.#known.set(id, isProven ? claim : undefined);
    return isProven ? claim : undefined;
  }
}
