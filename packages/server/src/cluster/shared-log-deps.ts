import type { Bus } from "../bus.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log/log.ts";
import type { Payload } from "../socket.ts";
import type { Peer } from "./peer.ts";

/** What the log of a node is built on. */
export interface SharedLogDeps {
  readonly bus: Pick<Bus, "append" | "read">;
  readonly clock: Clock;
  readonly log: Log;
  readonly node: string;
  /** Random text of this process. */
  readonly incarnation: string;
  peers(): Iterable<Peer>;
  tell(peer: Peer, head: readonly unknown[], body?: Payload): void;
  isAlone(): boolean;
  /** A process is one of the nodes that this one hears. */
  isHeard(process: string): boolean;
}
