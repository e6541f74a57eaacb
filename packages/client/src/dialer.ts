import type { Clock } from "./clock.ts";
import type { Connection } from "./connection.ts";
import { type Fault, faultFromError, ownFault } from "./fault.ts";
import type { HeartbeatTimes } from "./heartbeat.ts";
import { runtimeWebSocket, type WebSocketConstructor } from "./socket.ts";
import { Transport } from "./transport.ts";

/** Opens transports, one at a time, and connects each to the newest connection. */
export class Dialer {
  /** The newest connection, logged in or not. */
  connection: Connection | undefined;
  readonly #clock: Clock;
  readonly #url: string;
  readonly #WebSocket: WebSocketConstructor | undefined;
  readonly #ended: (code: number, detail: string) => void;
  #transport: Transport | undefined;
  /**
   * Transports that have ended for this client, but perhaps not for the server: a close would arrive as the wish to end the
   * session that is about to be resumed.
   */
  #abandoned: Transport[] = [];

  /** `ended` is called when a transport has dropped. Call abandon() or close() then. */
  constructor(
    clock: Clock,
    url: string,
    WebSocket: WebSocketConstructor | undefined,
    ended: (code: number, detail: string) => void,
  ) {
    this.#WebSocket = WebSocket;
    this.#clock = clock;
    this.#url = url;
    this.#ended = ended;
  }

  /** Returns why the runtime cannot connect at all, if so. */
  open(connection: Connection): Fault | undefined {
    const WebSocket = this.#WebSocket ?? runtimeWebSocket();
    if (!WebSocket)
      return ownFault("unsupported", "This runtime has no WebSocket. Pass one: connect(url, { WebSocket }).");
    this.connection = connection;
    try {
      const transport = new Transport(this.#clock, WebSocket, this.#url, connection.protocols, {
        opened: () => this.connection?.opened(),
        received: (data) => this.connection?.received(data),
        ended: this.#ended,
      });
      this.#transport = transport;
      connection.attach(transport);
    } catch (error) {
      // The runtime rejects the address, for example ws:// on a page served over https.
      return faultFromError(error, "bad-address");
    }
    return undefined;
  }

  /** The server has begun a new session on the transport of another one. */
  replace(connection: Connection): void {
    this.connection = connection;
    if (this.#transport) connection.attach(this.#transport);
  }

  /** Called once logged in. */
  up(times: HeartbeatTimes, probe: () => void): void {
    this.#closeAbandoned();
    this.#transport?.startHeartbeat(times, probe);
  }

  check(): void {
    this.#transport?.check();
  }

  /** Keeps the session, to resume it on another transport. */
  abandon(): void {
    const transport = this.#transport;
    this.#transport = undefined;
    this.connection?.detach();
    if (transport?.isOpen) {
      transport.abandon();
      this.#abandoned.push(transport);
    } else transport?.close();
  }

  /** Ends the session. With a code, the server is told. */
  close(code?: number): void {
    const transport = this.#transport;
    const { connection } = this;
    this.#transport = undefined;
    this.connection = undefined;
    transport?.close(code);
    this.#closeAbandoned();
    connection?.end();
  }

  #closeAbandoned(): void {
    for (const transport of this.#abandoned.splice(0)) transport.close();
  }
}
