import type { Limits } from "../config/limits.ts";
import { FloodPenalties } from "./flood-penalty.ts";

/** Sessions of one client address. */
export interface AddressUse {
  readonly address: string;
  sessions: number;
  /** Of these, how many have not logged in. */
  unnamed: number;
  /** A proxy or a test on this machine is many clients: its sessions count one by one. */
  readonly isLoopback: boolean;
  /** Turn of the event loop in which its sessions have used these units, see TurnScheduler. */
  turn: number;
  units: number;
}

const isLoopback = (address: string) => address === "::1" || /^(::ffff:)?127\./.test(address);

/** An IPv6 subscriber owns a whole /64: counting single addresses of it would limit nobody. */
export function addressKey(address: string): string {
  if (address.startsWith("::ffff:")) return address.slice(7);
  if (!address.includes(":")) return address;
  const [before = [], after] = address.split("::").map((half) => (half === "" ? [] : half.split(":")));
  const zeros = after ? new Array<string>(Math.max(0, 8 - before.length - after.length)).fill("0") : [];
  return `${[...before, ...zeros, ...(after ?? [])].slice(0, 4).join(":")}::/64`;
}

export type AddressLimits = Pick<Limits, "sessionsPerAddress" | "unnamedPerAddress">;

/** Counts sessions per client address. Loopback is exempt: a proxy or a test on this machine is many clients. */
export class AddressLimiter {
  private readonly uses = new Map<string, AddressUse>();
  private readonly penalties = new FloodPenalties();

  constructor(private readonly limits: AddressLimits) {}

  /** The limit that one more session of this address would break. */
  exceededLimit(address: string): "sessions-per-address" | "unnamed-per-address" | undefined {
    const use = this.uses.get(addressKey(address));
    if (!use || isLoopback(address)) return undefined;
    const { sessionsPerAddress, unnamedPerAddress } = this.limits;
    if (sessionsPerAddress > 0 && use.sessions >= sessionsPerAddress) return "sessions-per-address";
    if (unnamedPerAddress > 0 && use.unnamed >= unnamedPerAddress) return "unnamed-per-address";
    return undefined;
  }

  /** A session opened; it has not logged in. */
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

  /** A session of this address was closed for flooding, at this time in milliseconds. */
  addFloodPenalty({ address, isLoopback }: AddressUse, now: number): void {
    if (!isLoopback) this.penalties.add(address, now);
  }

  /** Milliseconds this address has to wait before it may connect again, because it flooded; 0 when it need not. */
  floodPenalty(address: string, now: number): number {
    return this.penalties.waitOf(addressKey(address), now);
  }

  sessionClosed(use: AddressUse, named: boolean): void {
    if (!named) use.unnamed--;
    if (--use.sessions === 0) this.uses.delete(use.address);
  }
}
