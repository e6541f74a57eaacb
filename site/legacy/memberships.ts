import { addressKeyOf } from "@achex/protocol";
import { parse } from "./frames.ts";

/**
 * The hubs and broadcasts of a page. The server forgets them when the connection ends, and old pages join only once, right
 * after `$.achex({..})`. Without this, a page would receive nothing after a reconnect.
 */
export class Memberships {
  readonly #frames = new Map<string, string>();
  #expectedReplies = 0;

  /** Records the joins and leaves in a frame that is about to be sent. */
  record(text: string): void {
    // Most frames are messages and need not be parsed to rule them out.
    if (!/joinHub|leaveHub|register_broadcast/.test(text)) return;
    const frame = parse(text) ?? {};
    // A message may carry these words as payload (V2).
    if (addressKeyOf(frame)) return;
    const { joinHub, leaveHub, cmd, bid } = frame;
    if (joinHub !== undefined) this.#frames.set(`hub ${joinHub}`, text);
    else if (leaveHub !== undefined) this.#frames.delete(`hub ${leaveHub}`);
    else if (cmd === "register_broadcast") this.#frames.set(`broadcast ${bid}`, text);
    else if (cmd === "unregister_broadcast") this.#frames.delete(`broadcast ${bid}`);
  }

  /** The frames that restore all memberships after a new login. */
  rejoin(): readonly string[] {
    const keys = [...this.#frames.keys()];
    this.#expectedReplies = keys.filter((key) => key.startsWith("hub ")).length;
    return [...this.#frames.values()];
  }

  /** Whether a frame is the reply to a join of rejoin(), which the page did not request. Replies arrive in order (V5). */
  isRejoinReply({ joinHub, FROM }: Readonly<Record<string, unknown>>): boolean {
    if (this.#expectedReplies === 0 || joinHub === undefined || FROM !== undefined) return false;
    this.#expectedReplies--;
    return true;
  }
}
