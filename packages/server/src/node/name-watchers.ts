import { achex2Limits } from "@achex/protocol";
import { Channel, type Member } from "../delivery/channels.ts";
import { EventClock } from "./event-clock.ts";

/** A name that is watched. */
interface WatchedName {
  readonly watchers: Channel;
  /** Number of the latest event, or of the latest state that a new watcher was told. */
  changedAt: number;
}

/** Notifies sessions when names that they watch come online or go offline (PROTOCOL.md R25). */
export class NameWatchers {
  private readonly watched = new Map<string, Map<string, WatchedName>>();
  private readonly namesBySession = new Map<number, Set<string>>();
  private topicCount = 0;

  /** Names that are watched by any session. */
  get watchedNames(): number {
    let names = 0;
    for (const watched of this.watched.values()) names += watched.size;
    return names;
  }

  constructor(
    private readonly toChannel: (channel: Channel, text: string, except: number | undefined) => void,
    private readonly events = new EventClock(),
  ) {}

  /** False when the session would watch more names than the limit. */
  watch(session: Member, instance: string, names: readonly string[]): boolean {
    const own = new Set([...(this.namesBySession.get(session.id) ?? []), ...names]);
    if (own.size > achex2Limits.watches) return false;
    if (own.size > 0) this.namesBySession.set(session.id, own);
    for (const name of names) {
      const watched = this.watchedName(instance, name);
      watched.watchers.add(session);
      watched.changedAt = this.events.next();
    }
    return true;
  }

  /** The names that a session watches. */
  namesOf({ id }: Pick<Member, "id">): Iterable<string> {
    return this.namesBySession.get(id) ?? [];
  }

  /** Whether there was an event after that one for a name that the session watches. */
  changedSince(session: Pick<Member, "id">, instance: string, event: number): boolean {
    const watched = this.watched.get(instance);
    for (const name of this.namesOf(session)) if ((watched?.get(name)?.changedAt ?? 0) > event) return true;
    return false;
  }

  unwatch(session: Member, instance: string, names: Iterable<string>): void {
    const own = this.namesBySession.get(session.id);
    const watched = this.watched.get(instance);
    for (const name of names) {
      own?.delete(name);
      const watchers = watched?.get(name)?.watchers;
      watchers?.delete(session);
      if (watchers?.size === 0) watched?.delete(name);
    }
    if (own?.size === 0) this.namesBySession.delete(session.id);
    if (watched?.size === 0) this.watched.delete(instance);
  }

  /** The channels by which a session receives events. */
  *followedBy(session: Member, instance: string): Generator<Channel> {
    for (const name of this.namesOf(session)) {
      const watchers = this.watched.get(instance)?.get(name)?.watchers;
      if (watchers) yield watchers;
    }
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
    const watched = this.watched.get(instance)?.get(name);
    if (!watched) return;
    watched.changedAt = this.events.next();
    this.toChannel(watched.watchers, JSON.stringify(event), undefined);
  }

  private watchedName(instance: string, name: string): WatchedName {
    const names = this.watched.getOrInsertComputed(instance, () => new Map<string, WatchedName>());
    return names.getOrInsertComputed(name, () => ({
      watchers: new Channel(instance, "name", name, `w${++this.topicCount}`, undefined, false),
      changedAt: 0,
    }));
  }
}
