import { achex2Limits } from "@achex/protocol";
import { Channel, type Member } from "../delivery/channels.ts";

/** Who wants to know when a name comes and goes (PROTOCOL.md R25). */
export class Watches {
  private readonly watched = new Map<string, Map<string, Channel>>();
  private readonly bySession = new Map<number, Set<string>>();
  private topics = 0;

  /** Names somebody watches. */
  get names(): number {
    let names = 0;
    for (const watched of this.watched.values()) names += watched.size;
    return names;
  }

  constructor(private readonly toChannel: (channel: Channel, text: string, except: number) => void) {}

  /** False when the session would watch more names than the limit. */
  watch(session: Member, instance: string, names: readonly string[]): boolean {
    const own = new Set([...(this.bySession.get(session.id) ?? []), ...names]);
    if (own.size > achex2Limits.watches) return false;
    if (own.size > 0) this.bySession.set(session.id, own);
    for (const name of names) this.watchersOf(instance, name).add(session);
    return true;
  }

  unwatch(session: Member, instance: string, names: Iterable<string>): void {
    const own = this.bySession.get(session.id);
    const watched = this.watched.get(instance);
    for (const name of names) {
      own?.delete(name);
      const watchers = watched?.get(name);
      watchers?.delete(session);
      if (watchers?.size === 0) watched?.delete(name);
    }
    if (own?.size === 0) this.bySession.delete(session.id);
    if (watched?.size === 0) this.watched.delete(instance);
  }

  /** The first session took the name. */
  online({ instance, name }: Pick<Channel, "instance" | "name">): void {
    this.tell(instance, name, { $online: name });
  }

  /** The last session gave it up. */
  offline({ instance, name }: Pick<Channel, "instance" | "name">): void {
    this.tell(instance, name, { $offline: name });
  }

  ended(session: Member, instance: string): void {
    this.unwatch(session, instance, [...(this.bySession.get(session.id) ?? [])]);
  }

  private tell(instance: string, name: string, event: object): void {
    const watchers = this.watched.get(instance)?.get(name);
    if (watchers) this.toChannel(watchers, JSON.stringify(event), 0);
  }

  private watchersOf(instance: string, name: string): Channel {
    const names = this.watched.getOrInsertComputed(instance, () => new Map<string, Channel>());
    return names.getOrInsertComputed(name, () => new Channel(instance, "name", name, `w${++this.topics}`));
  }
}
