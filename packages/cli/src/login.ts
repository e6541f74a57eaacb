import type { Dialect } from "@achex/protocol";

/** Where to connect and as whom. */
export interface Login {
  /** As the user wrote it, see relayUrl. */
  readonly address: string;
  /** undefined finds out. */
  readonly dialect: Dialect | undefined;
  readonly name: string;
  readonly password: string;
  /** Follow who comes and goes in hubs and broadcasts. */
  readonly presence?: boolean;
  /** Come back after a cut instead of ending. */
  readonly reconnect?: boolean;
}
