import type { Since } from "@achex/protocol";
import { BYTES_PER_UNIT, type WaitingWork } from "../../fairness/turn-scheduler.ts";
import { KeepUnavailable, type KeptChannel, type KnownPosition } from "../../keep.ts";
import { failureText } from "../../log/log-text.ts";
import type { Core } from "../../node/core.ts";
import type { KeptChannels } from "../../node/kept-channels.ts";
import { positioned, wireAddressOf } from "../../node/positioned.ts";
import type { Session } from "../../session/session.ts";

/** Messages read and sent together. */
const MESSAGES = 64;
const BYTES = 32 * 1024;

/** Where a session begins to read a channel, and what it is told about that (PROTOCOL.md R143). */
function startOf({ keep }: KeptChannels, channel: KeptChannel, since: Since | { readonly device: string }) {
  const { epoch, first, head } = keep.span(channel);
  if ("device" in since) {
    const confirmed = Math.min(head, keep.confirmed(channel, since.device));
    // A new device has missed nothing: it gets what is held.
    const missed = confirmed > 0 ? first - 1 - confirmed : 0;
    return { epoch, first, head, after: confirmed, ...(missed > 0 && { missed }) };
  }
  if ("last" in since) return { epoch, first, head, after: Math.max(first - 1, head - since.last) };
  // Sequence numbers of another epoch, or beyond the head, name other messages.
  const reset = since.epoch !== epoch || since.seq > head;
  const after = reset ? first - 1 : Math.max(since.seq, first - 1);
  const missed = reset ? 0 : after - since.seq;
  return { epoch, first, head, after, ...(reset && { reset }), ...(missed > 0 && { missed }) };
}

/** What the client has already, if it says so. */
function knownOf({ keep }: KeptChannels, channel: KeptChannel, since: Since | { readonly device: string }) {
  if ("device" in since) return { epoch: undefined, seq: keep.confirmed(channel, since.device) };
  return "last" in since ? undefined : since;
}

/** Throws anything that is not a failure of the storage. */
function logFailure({ logThrottle }: Core, error: unknown): void {
  if (!(error instanceof KeepUnavailable)) throw error;
  logThrottle.error("kept messages cannot be read", "", { error: failureText(error) });
}

/**
 * Sends a session what is stored in a channel since a position: paced like a replay, in slices. It ends in the turn in which
 * nothing is left, so that what is delivered from then on has a higher sequence number (PROTOCOL.md R143).
 */
class StoredReplay implements WaitingWork {
  private readonly done = Promise.withResolvers<boolean>();

  constructor(
    private readonly core: Core,
    private readonly kept: KeptChannels,
    private readonly session: Session,
    private readonly channel: KeptChannel,
    /** Sequence number of the last message that was sent. */
    private after: number,
    private readonly atHead: () => void,
  ) {}

  /** Resolves at the head; false if the storage failed. */
  get finished(): Promise<boolean> {
    return this.done.promise;
  }

  resume = (): void => {
    const { scheduler } = this.core;
    try {
      for (let used = 0; ; ) {
        if (!this.session.hasRoom(this.resume)) return;
        if (!scheduler.allowsBackground(used)) {
          scheduler.waitForTurn(this);
          return;
        }
        const units = this.session.isClosed ? 0 : this.sendSome();
        if (units === 0 && this.kept.isBlocked(this.channel, this.resume)) return;
        if (units === 0) break;
        used += units;
        scheduler.spend(units);
      }
      this.atHead();
      this.done.resolve(true);
    } catch (error) {
      this.fail(error);
    }
  };

  /** Returns the units of work; 0 when nothing is left. */
  private sendSome(): number {
    const { session, channel, after } = this;
    let bytes = 0;
    const messages = this.kept.keep.read(channel, { after, messages: MESSAGES, bytes: BYTES });
    for (const { seq, frame } of messages) {
      session.sendStored(positioned(frame, seq));
      bytes += frame.length;
      this.after = seq;
    }
    session.chargeBytes(bytes);
    return messages.length + Math.floor(bytes / BYTES_PER_UNIT);
  }

  private fail(error: unknown): void {
    if (error instanceof KeepUnavailable) {
      logFailure(this.core, error);
      this.done.resolve(false);
    } else this.done.reject(error);
  }
}

/** After a resume: a restart may have begun a new epoch (PROTOCOL.md R144). */
export function announceKept(core: Core, session: Session): void {
  const { kept } = core;
  if (!kept) return;
  for (const { channel } of session.memberships) {
    const { instance, kind, name } = channel;
    const keptChannel = kept.at(instance, { kind, name });
    // Where this node is behind, what it knows of the channel is older than what the client knows.
    if (!keptChannel || kept.moves.aheadOf(session.id, keptChannel)) continue;
    try {
      session.send(JSON.stringify({ $kept: { ...wireAddressOf(keptChannel), ...kept.keep.span(keptChannel) } }));
    } catch (error) {
      // The client learns of the failure when it reads or sends.
      logFailure(core, error);
    }
  }
}

/** Starts to send a session what is stored since a position. `atHead` is called at its end; false if the storage failed. */
export async function sendStored(
  core: Core,
  kept: KeptChannels,
  session: Session,
  channel: KeptChannel,
  since: Since | { readonly device: string },
  atHead: () => void,
): Promise<boolean> {
  try {
    const known: KnownPosition | undefined = knownOf(kept, channel, since);
    // At a node that is behind, a position that exists would pass for one of another epoch (PROTOCOL.md R169).
    const behind = known && kept.keep.whenStored?.(channel, known);
    if (behind) await behind;
    const { after, ...header } = startOf(kept, channel, since);
    session.send(JSON.stringify({ $kept: { ...wireAddressOf(channel), ...header } }));
    const replay = new StoredReplay(core, kept, session, channel, after, atHead);
    replay.resume();
    return await replay.finished;
  } catch (error) {
    logFailure(core, error);
    return false;
  }
}
