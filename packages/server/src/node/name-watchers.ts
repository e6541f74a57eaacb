import { achex2Limits } from "@achex/protocol";
import { Channel, type Member } from "../delivery/channels.ts";

/** Notifies sessions when names that they watch come online or go offline (PROTOCOL.md R25). */
export class NameWatchers {
  private readonly watchers = new Map<string, Map<string, Channel>>();
  private readonly namesBySession = new Map<number, Set<string>>();
  private topicCount = 0;

  /** Names that are watched by any session. */
  get watchedNames(): number {
    let names = 0;
    for (const watched of this.watchers.values()) names += watched.size;
    return names;
  }

  constructor(private readonly toChannel: (channel: Channel, text: string, except: number | undefined) => void) {}

  /** False when the session would watch more names than the limit. */
  watch(session: Member, instance: string, names: readonly string[]): boolean {
    const own = new Set([...(this.namesBySession.get(session.id) ?? []), ...names]);
    if (own.size > achex2Limits.watches) return false;
    if (own.size > 0) this.namesBySession.set(session.id, own);
    for (const name of names) this.watchersOf(instance, name).add(session);
    return true;
  }

  unwatch(session: Member, instance: string, names: Iterable<string>): void {
    const own = this.namesBySession.get(session.id);
    const watched = this.watchers.get(instance);
    for (const name of names) {
      own?.delete(name);
      const watchers = watched?.get(name);
      watchers?.delete(session);
      if (watchers?.size === 0) watched?.delete(name);
    }
    if (own?.size === 0) this.namesBySession.delete(session.id);
    if (watched?.size === 0) this.watchers.delete(instance);
  }

  /** The first session has logged in under the name. */
  online({ instance, name }: Pick<Channel, "instance" | "name">): void {
    this.notify(instance, name, { $online: name });
  }

  /** The last session with the name is gone. */
  offline({ instance, name }: Pick<Channel, "instance" | "name">): void {
    this.notify(instance, name, { $offline: name });
  }

  sessionEnded(session: Member, instance: string): void {
    this.unwatch(session, instance, [...(this.namesBySession.get(session.id) ?? [])]);
  }

  private notify(instance: string, name: string, event: object): void {
    const watchers = this.watchers.get(instance)?.get(name);
    if (watchers) this.toChannel(watchers, JSON.stringify(event), undefined);
  }

  private watchersOf(instance: string, name: string): Channel {
    const names = this.watchers.getOrInsertComputed(instance, () => new Map<string, Channel>());
    return names.getOrInsertComputed(
      name,
      () => new Channel(instance, "name", name, `w${++this.topicCount}`, undefined, false),
    );
  }
}
