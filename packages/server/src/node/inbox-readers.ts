import type { KeptChannel } from "../keep.ts";

const keyOf = ({ instance, name }: KeptChannel): string => `${instance}\0${name}`;

/** Sessions that are still being sent what their inbox holds, and receive new messages of it from there. */
export class InboxReaders {
  private readonly bySession = new Map<number, Set<string>>();

  /** From now on the session is sent messages of the inbox only by the one that reads it for the session. */
  begin({ id }: { readonly id: number }, channel: KeptChannel): void {
    this.bySession.getOrInsertComputed(id, () => new Set()).add(keyOf(channel));
  }

  end({ id }: { readonly id: number }, channel: KeptChannel): void {
    const reading = this.bySession.get(id);
    reading?.delete(keyOf(channel));
    if (reading?.size === 0) this.bySession.delete(id);
  }

  has(id: number, channel: KeptChannel): boolean {
    return this.bySession.get(id)?.has(keyOf(channel)) === true;
  }
}
