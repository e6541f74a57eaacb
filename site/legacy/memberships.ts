import { parse } from "./frames.ts";

/**
 * Hubs and broadcasts the page is in. The server forgets them with the connection (A6 keeps them only while it lasts), and
 * pages of the old kind join once, right after `$.achex({..})`: without this a page would fall silent after a reconnect.
 */
export class Memberships {
  readonly #frames = new Map<string, string>();
  #expected = 0;

  /** Takes note of what is about to be sent. */
  note(text: string): void {
    // Most frames are messages, and need not be parsed to see it.
    if (!/joinHub|leaveHub|register_broadcast/.test(text)) return;
    const { joinHub, leaveHub, cmd, bid, to, toS, tos, bc, toH } = parse(text) ?? {};
    // A message may carry these words as payload (V2).
    if ([to, toS, tos, bc, toH].some((address) => address !== undefined)) return;
    if (joinHub !== undefined) this.#frames.set(`hub ${joinHub}`, text);
    else if (leaveHub !== undefined) this.#frames.delete(`hub ${leaveHub}`);
    else if (cmd === "register_broadcast") this.#frames.set(`broadcast ${bid}`, text);
    else if (cmd === "unregister_broadcast") this.#frames.delete(`broadcast ${bid}`);
  }

  /** The frames that bring it all back after a new login. */
  restore(): readonly string[] {
    const keys = [...this.#frames.keys()];
    this.#expected = keys.filter((key) => key.startsWith("hub ")).length;
    return [...this.#frames.values()];
  }

  /** Whether a frame is the answer to a join that the page did not ask for this time; answers come in order (V5). */
  isOwnAnswer({ joinHub, FROM }: Readonly<Record<string, unknown>>): boolean {
    if (this.#expected === 0 || joinHub === undefined || FROM !== undefined) return false;
    this.#expected--;
    return true;
  }
}
