import { closeOf, SUBPROTOCOL } from "@achex/protocol";
import type { Server, ServerWebSocket } from "bun";
import type { Limits } from "../config/limits.ts";
import type { ListenHandlers } from "../http/listen-handlers.ts";
import { plainResponse } from "../http/plain-response.ts";
import type { Handshake, ListenerInfo } from "../http/upgrade.ts";
import type { Payload, SocketOwner, Topics } from "../socket.ts";

export interface ListenOptions {
  readonly hostname: string;
  readonly port: number;
  readonly listener: ListenerInfo;
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  readonly limits: Pick<Limits, "frameBytes" | "backlogBytes">;
  /** Other processes open the same port, and the system divides the connections among them. */
  readonly isShared: boolean;
}

interface Connection {
  handshake: Handshake | undefined;
  owner: SocketOwner | undefined;
}

const NO_LIMIT = 2 ** 31 - 1;
/** Seconds without traffic until an HTTP connection is closed, and while a response is prepared, which takes long at the first start. */
const IDLE_SECONDS = 10;
const PREPARING_SECONDS = 60;

/**
 * The close code that Bun sent because the peer broke RFC 6455. Bun reports it as 1006 with a reason. A peer cannot send
 * 1006, so a reason that comes with it is never the peer's.
 */
function violationCode(code: number, reason: string): number | undefined {
  if (code !== 1006 || reason === "") return undefined;
  if (reason === "Received too big message") return 1009;
  return reason === "Received invalid UTF-8" ? 1007 : 1002;
}

async function serveHttp(
  server: Server<Connection>,
  request: Request,
  listener: ListenerInfo,
  handlers: ListenHandlers,
) {
  // Bun builds the URL from the Host header without validating it; after this check the URL can be parsed.
  if (!URL.canParse(request.url)) return plainResponse(400, "The Host header is not a valid host name.");
  const peer = server.requestIP(request)?.address ?? "";
  if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") {
    server.timeout(request, PREPARING_SECONDS);
    const response = await handlers.respond(request, peer);
    server.timeout(request, IDLE_SECONDS);
    return response;
  }
  const handshake = handlers.upgrade({ request, peer, listener });
  if (handshake instanceof Response) return handshake;
  const data: Connection = { handshake, owner: undefined };
  const headers = handshake.endpoint.dialect === SUBPROTOCOL ? { "sec-websocket-protocol": SUBPROTOCOL } : {};
  if (server.upgrade(request, { data, headers })) return undefined;
  return plainResponse(400, "This is not an RFC 6455 WebSocket handshake. Send version 13 and a key.");
}

const websocketHandlers = (open: ListenHandlers["open"]) => ({
  open(socket: ServerWebSocket<Connection>) {
    const { handshake } = socket.data;
    socket.data.handshake = undefined;
    if (handshake && open(handshake, socket)) return;
    const { code, reason } = closeOf("noSessionId", handshake?.endpoint.dialect ?? "classic");
    socket.close(code, reason);
  },
  message({ data }: ServerWebSocket<Connection>, message: string | Buffer) {
    data.owner?.receive(message);
  },
  ping({ data }: ServerWebSocket<Connection>, payload: Buffer) {
    data.owner?.pinged(payload.byteLength);
  },
  pong({ data }: ServerWebSocket<Connection>, payload: Buffer) {
    data.owner?.pong(payload.toString("latin1"));
  },
  drain({ data }: ServerWebSocket<Connection>) {
    data.owner?.drained();
  },
  close({ data }: ServerWebSocket<Connection>, code: number, reason: string) {
    const violation = violationCode(code, reason);
    data.owner?.closed(violation ?? code, violation !== undefined);
    data.owner = undefined;
  },
});

/** The ports of the process. Native topics belong to one port, so a message is published on each of them. */
export class BunListeners implements Topics {
  private readonly servers: Server<Connection>[] = [];

  publish(topic: string, payload: Payload, skippedListener?: number): boolean {
    let lags = false;
    for (let i = 0; i < this.servers.length; i++) {
      if (i !== skippedListener && (this.servers[i]?.publish(topic, payload) ?? 0) < 0) lags = true;
    }
    return lags;
  }

  /** Listeners get their index in the order of these calls. Throws when the port is in use or the certificate invalid. */
  listen(options: ListenOptions, handlers: ListenHandlers): number {
    const server = Bun.serve<Connection>({
      hostname: options.hostname,
      port: options.port,
      reusePort: options.isShared,
      ...(options.tls ? { tls: options.tls } : {}),
      fetch: (request, itself) => serveHttp(itself, request, options.listener, handlers),
      idleTimeout: IDLE_SECONDS,
      error(error) {
        handlers.failed(error);
        return plainResponse(500, "Internal server error. The server's log has the details.");
      },
      websocket: {
        ...websocketHandlers(handlers.open),
        maxPayloadLength: options.limits.frameBytes || NO_LIMIT,
        backpressureLimit: options.limits.backlogBytes || NO_LIMIT,
        // Without this a slow reader silently loses topic messages.
        closeOnBackpressureLimit: true,
        // Sessions send their own pings: Bun's timer cannot be set to 25 s and 20 s.
        idleTimeout: 0,
        sendPings: false,
        perMessageDeflate: false,
      },
    });
    this.servers.push(server);
    return server.port ?? options.port;
  }

  get openConnections(): number {
    return this.servers.reduce((count, server) => count + server.pendingWebSockets, 0);
  }

  /** Accepts no new connections; open sessions stay open. */
  stop(): void {
    for (const server of this.servers) void server.stop(false);
  }

  /** Closes everything that is still open. */
  async close(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.stop(true)));
  }
}
