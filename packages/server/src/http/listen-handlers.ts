import type { Socket } from "../socket.ts";
import type { Handshake, ListenerInfo } from "./upgrade.ts";

export interface UpgradeAttempt {
  readonly request: Request;
  /** Address of the other end of the TCP connection. */
  readonly peer: string;
  readonly listener: ListenerInfo;
}

/** What happens at a port. */
export interface ListenHandlers {
  upgrade(upgrade: UpgradeAttempt): Handshake | Response;
  /** Answers any request that is not a WebSocket handshake. */
  respond(request: Request, peer: string): Response | Promise<Response>;
  /** Called when answering a request threw. */
  failed(error: unknown): void;
  /** Gives the socket its owner. Returns false when no session can be opened; the socket is then closed. */
  open(handshake: Handshake, socket: Socket): boolean;
}
