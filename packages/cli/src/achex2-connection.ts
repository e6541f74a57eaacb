import { type Client, connect, Fault } from "@achex/client";
import { addressKeyOf, isJsonObject, type JsonObject } from "@achex/protocol";
import type { Login } from "./connection.ts";
import { closeReason } from "./connection-errors.ts";
import { Failure } from "./failure.ts";
import { measureLatency } from "./latency.ts";
import { observedWebSocket } from "./observed-socket.ts";
import { relayUrl } from "./relay-url.ts";
import { notice } from "./terminal.ts";

/** Legacy servers may confirm any subprotocol, but never send a hello. Without the timeout, detection would hang. */
const HELLO_MILLISECONDS = 1_000;
const OPENING_MILLISECONDS = 10_000;

const faultText = (fault: Fault): string => `${fault.message} ${fault.remedy}`.trim();

/** Characters of a frame quoted in an error, enough to recognise it. */
const abbreviate = (frame: string): string => (frame.length > 80 ? `${frame.slice(0, 79)}…` : frame);

function objectIn(text: string): JsonObject {
  const value: unknown = JSON.parse(text);
  return isJsonObject(value) ? value : {};
}

/** Keys of frames that are about the connection. */
const unprinted = ["$ref", "$time", "$resumable", "$resumed", "$seen"];

const isResumeFault = (fault: unknown): boolean => isJsonObject(fault) && String(fault.code).startsWith("resume-");

const isMessage = (frame: JsonObject) => "FROM" in frame && addressKeyOf(frame) !== undefined;

/** A logged-in connection that speaks achex.2, through the client library. */
export class Achex2Connection {
  readonly closed: Promise<string>;
  private readonly unanswered = new Set<Promise<void>>();
  /** The connection ended before all frames were answered. */
  private disconnected = false;
  private readonly refused: { readonly frame: string; readonly fault: Fault }[] = [];

  private constructor(
    private readonly client: Client<object>,
    /** Resolves when a connection first ends, even if the client then reconnects. */
    private readonly socketClosed: Promise<string>,
    private readonly login: Login,
  ) {
    this.closed = login.reconnect ? new Promise(() => {}) : socketClosed;
  }

  /** undefined when the server speaks only legacy dialects. Throws Failure. */
  static async connect(login: Login, onFrame: (text: string) => void): Promise<Achex2Connection | undefined> {
    const { url } = relayUrl(login.address);
    const otherDialect = Promise.withResolvers<undefined>();
    const failed = Promise.withResolvers<never>();
    const closed = Promise.withResolvers<string>();
    let greeted = false;
    let lastFault = "";
    const client = connect(url, {
      name: login.name,
      passwd: login.password,
      // Without it, the command ends with its connection.
      resume: login.reconnect === true,
      WebSocket: observedWebSocket({
        frame(text, bytes) {
          const frame = objectIn(text);
          if (isMessage(frame)) onFrame(bytes === undefined ? text : `${text} +${bytes} bytes`);
          else if ("$hello" in frame) greeted = true;
          // The client goes on without it.
          else if (isResumeFault(frame.$fault)) return;
          else if ("$fault" in frame) lastFault = JSON.stringify(frame.$fault);
          else if (!greeted) otherDialect.resolve(undefined);
          else if (!unprinted.some((key) => key in frame)) onFrame(text);
        },
        otherDialect: () => otherDialect.resolve(undefined),
        failed: failed.reject,
        closed: (code, reason) => {
          const why = closeReason(code, reason);
          failed.reject(new Failure(lastFault === "" ? why : `login rejected: ${lastFault}`));
          closed.resolve(why);
        },
      }),
    });
    failed.promise.catch(() => {});
    const timers = [
      setTimeout(() => greeted || otherDialect.resolve(undefined), HELLO_MILLISECONDS),
      setTimeout(() => failed.reject(new Failure(`${url} did not answer within 10 s`)), OPENING_MILLISECONDS),
    ];
    try {
      const up = client.ready().then(() => new Achex2Connection(client, closed.promise, login));
      const connection = await Promise.race([up, otherDialect.promise, failed.promise]);
      if (!connection) client.close();
      else connection.reportChanges(login.reconnect === true);
      return connection;
    } catch (error) {
      client.close();
      if (error instanceof Fault) throw new Failure(`login rejected: ${faultText(error)}`);
      throw error;
    } finally {
      for (const timer of timers) clearTimeout(timer);
    }
  }

  get sessionId(): number | undefined {
    return this.client.sid;
  }

  /** Milliseconds to the server and back. */
  latency(): Promise<number> {
    return measureLatency(this.client);
  }

  async join(hub: string): Promise<void> {
    await this.enter(
      this.client.hub(hub).join({ presence: this.login.presence === true }),
      `hub ${JSON.stringify(hub)}`,
    );
  }

  async register(broadcast: string): Promise<void> {
    const what = `broadcast ${JSON.stringify(broadcast)}`;
    await this.enter(this.client.broadcast(broadcast).join({ presence: this.login.presence === true }), what);
  }

  send(frame: string): void {
    const body = frame.trim();
    if (/^\{\s*\}$/.test(body)) throw new Failure("the frame is empty; give it an address or a command");
    if ("$ref" in objectIn(body)) throw new Failure(`${abbreviate(body)} has a $ref, which this command sets itself`);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.unanswered.add(promise);
    const end = (_result: unknown, fault?: Fault, disconnected?: string) => {
      if (disconnected) this.disconnected = true;
      else if (fault) this.refused.push({ frame: body, fault });
      this.unanswered.delete(promise);
      resolve();
    };
    const { connection } = this.client.internals.session;
    // Sent exactly as typed; control() would serialise it again.
    if (connection) connection.request(body, end);
    else end({}, undefined, "unsent");
  }

  async flush(): Promise<void> {
    await Promise.all(this.unanswered);
    const [first, ...rest] = this.refused.splice(0);
    if (!first && this.disconnected) throw new Failure(await this.socketClosed);
    if (!first) return;
    const more = rest.length > 0 ? ` (and ${rest.length} more)` : "";
    throw new Failure(`${abbreviate(first.frame)} was rejected: ${faultText(first.fault)}${more}`);
  }

  async close(): Promise<void> {
    const connected = this.client.state === "ready";
    this.client.close();
    // Without a closing handshake the server would report a lost connection. Once it has ended, there is nothing to wait for.
    if (connected) await this.socketClosed;
  }

  private async enter(joining: Promise<unknown>, what: string): Promise<void> {
    await joining.catch((error: unknown) => {
      throw new Failure(`the server rejected ${what}: ${error instanceof Fault ? faultText(error) : String(error)}`);
    });
  }

  private reportChanges(reconnect: boolean): void {
    this.client.on("fault", (fault) => notice(faultText(fault)));
    if (!reconnect) return;
    this.client.on("dropped", ({ code }) => notice(`connection lost (${code}); reconnecting`));
    this.client.on("state", (state) => {
      if (state === "ready") notice(`reconnected, session ${this.client.sid}`);
    });
  }
}
