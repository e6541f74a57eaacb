import type { Login } from "./login.ts";
import { ModernRelay } from "./modern-relay.ts";
import { RelayClient } from "./relay-client.ts";
import { relayUrl } from "./relay-url.ts";

/** One logged-in connection, whatever the server speaks. Every failure is a `Failure` of one line. */
export interface Relay {
  /** Session id, once the server has told it. */
  readonly id: number | undefined;
  /** Resolves when the connection is over, with the reason in words. */
  readonly closed: Promise<string>;
  join(hub: string): Promise<void>;
  register(broadcast: string): Promise<void>;
  /** Hands a frame over; what becomes of it is told by `barrier`. */
  send(frame: string): void;
  /** Resolves when the server has handled all that was sent before; throws what it refused, where it says so. */
  barrier(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Connects and logs in: with achex.2 where the server speaks it, else with the dialect the path stands for. `onFrame` gets
 * every frame that is no answer to this client's own requests.
 */
export async function openRelay(login: Login, onFrame: (text: string) => void = () => {}): Promise<Relay> {
  const { address, dialect } = login;
  if (dialect === undefined || dialect === "achex.2") {
    const modern = await ModernRelay.connect(login, onFrame);
    if (modern) return modern;
  }
  const old = relayUrl(address, dialect === "achex.2" ? undefined : dialect);
  return RelayClient.connect({ ...old, name: login.name, password: login.password }, onFrame);
}
