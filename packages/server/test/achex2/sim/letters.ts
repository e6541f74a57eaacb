import type { Came, Resident, Said } from "./resident.ts";

/** A message on its way. */
interface Letter {
  /** Who should get it; undefined when that was not known as it was sent. */
  readonly receivers: ReadonlySet<number> | undefined;
  /** Sessions that are counted although their connection is over. */
  readonly dying: number;
  readonly got: Set<number>;
  taken: number | undefined;
}

/** Every message with who got it, against what its sender was told. */
export class Letters {
  private readonly letters: Letter[] = [];

  /** A new message; returns its number. */
  post(receivers: ReadonlySet<number> | undefined, dying: number): number {
    this.letters.push({ receivers, dying, got: new Set(), taken: undefined });
    return this.letters.length - 1;
  }

  /** The sender was told how many took it; refused means nobody. */
  told(n: number, { result, fault }: Said): void {
    const letter = this.letters[n];
    if (!letter) return;
    letter.taken = result ? Number(result.taken) : 0;
    if (fault !== undefined && (letter.receivers?.size ?? 0) > 0) throw new Error(`message ${n} was refused: ${fault}`);
  }

  /** Says what is wrong with a message that came. */
  came({ being, view }: Resident, { n, room, snapshot }: Came): string | undefined {
    const letter = this.letters[n];
    if (!letter) return `${being.sid} got a message nobody sent`;
    if (letter.got.has(being.sid)) return `${being.sid} got message ${n} twice`;
    letter.got.add(being.sid);
    if (letter.receivers && !letter.receivers.has(being.sid)) return `${being.sid} should not get message ${n}`;
    if (!room || snapshot === undefined) return undefined;
    const believed = view.members(room);
    if (!believed || JSON.stringify(believed) === snapshot) return undefined;
    return `${being.sid} believes ${JSON.stringify(believed)} when ${n} comes, which was sent to ${snapshot}`;
  }

  /** Once all has been read: what is wrong with any of them. */
  wrong(): string | undefined {
    for (const [n, { receivers, dying, got, taken }] of this.letters.entries()) {
      if (receivers && got.size < receivers.size) return `message ${n} went to ${[...got]}, not to ${[...receivers]}`;
      if (taken !== undefined && (taken < got.size || taken > got.size + dying))
        return `message ${n} was taken by ${got.size}, its sender was told ${taken}`;
    }
    return undefined;
  }
}
