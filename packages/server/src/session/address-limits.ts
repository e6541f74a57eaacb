import type { Limits } from "../config/limits.ts";
import { FloodPenalties } from "./flood-penalty.ts";

/** The sessions of one client address. */
export interface AddressUse {
  readonly address: string;
  sessions: number;
  /** Sessions that have not logged in. */
  unnamed: number;
  /**
   * True for loopback addresses. A proxy or a test on this machine can represent many clients, so each session is limited
   * individually.
   */
  readonly isLoopback: boolean;
  /** The turn of the event loop in which its sessions have used `units`; see TurnScheduler. */
  turn: number;
  units: number;
}

const isLoopback = (address: string) => address === "::1" || /^(::ffff:)?127\./.test(address);

/** Counts IPv6 addresses per /64, because a subscriber owns all addresses of one. */
export function addressKey(address: string): string {
  if (address.startsWith("::ffff:")) return address.slice(7);
  if (!address.includes(":")) return address;
  const [before = [], after] = address.split("::").map((half) => (half === "" ? [] : half.split(":")));
  const zeros = after ? new Array<string>(Math.max(0, 8 - before.length - after.length)).fill("0") : [];
  return `${[...before, ...zeros, ...(after ?? [])].slice(0, 4).join(":")}::/64`;
}

export type AddressLimits = Pick<Limits, "sessionsPerAddress" | "unnamedPerAddress">;

/** Limits sessions per client address. Loopback is exempt, because a proxy or a test there stands for many clients. */
export class AddressLimiter {
  private readonly uses = new Map<string, AddressUse>();
  private readonly penalties = new FloodPenalties();

  constructor(private readonly limits: AddressLimits) {}

  /**
   * The limit that another session of this address would exceed. A connection that is to resume a session needs no second place:
   * the session has one (PROTOCOL.md R83).
   */
  exceededLimit(address: string, resumes = false): "sessions-per-address" | "unnamed-per-address" | undefined {
    const use = this.uses.get(addressKey(address));
    if (!use || isLoopback(address)) return undefined;
    const { sessionsPerAddress, unnamedPerAddress } = this.limits;
    if (!resumes && sessionsPerAddress > 0 && use.sessions >= sessionsPerAddress) return "sessions-per-address";
    if (unnamedPerAddress > 0 && use.unnamed >= unnamedPerAddress) return "unnamed-per-address";
    return undefined;
  }

  /** Counts a new session, which has not logged in. */
  sessionOpened(address: string): AddressUse {
    const loopback = isLoopback(address);
    const key = loopback ? address : addressKey(address);
    let use = this.uses.get(key);
    if (!use) {
      use = { address: key, sessions: 0, unnamed: 0, isLoopback: loopback, turn: 0, units: 0 };
      this.uses.set(key, use);
    }
    use.sessions++;
    use.unnamed++;
    return use;
  }

  /** Whether the address has more sessions than allowed, counting a connection whose resume has failed. */
  hasTooMany({ sessions, isLoopback }: AddressUse): boolean {
    const { sessionsPerAddress } = this.limits;
    return !isLoopback && sessionsPerAddress > 0 && sessions > sessionsPerAddress;
  }

  /** A session takes the place of the connection that resumed it, and gives up its own. */
  moved(from: AddressUse, to: AddressUse, named: boolean): void {
    if (named) to.unnamed--;
    this.sessionClosed(from, named);
  }

  /** A session of this address was closed for flooding, at this time in milliseconds. */
  addFloodPenalty({ address, isLoopback }: AddressUse, now: number): void {
    if (!isLoopback) this.penalties.add(address, now);
  }

  /** Milliseconds until this address may connect after a flood; 0 when it may now. */
  floodPenalty(address: string, now: number): number {
    return this.penalties.waitOf(addressKey(address), now);
  }

  sessionClosed(use: AddressUse, named: boolean): void {
    if (!named) use.unnamed--;
    if (--use.sessions === 0) this.uses.delete(use.address);
  }
}
