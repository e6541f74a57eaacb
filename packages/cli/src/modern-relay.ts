import { type Client, connect, Fault } from "@achex/client";
import { closeText } from "./connection-failure.ts";
import { Failure } from "./failure.ts";
import type { Login } from "./login.ts";
import { relayUrl } from "./relay-url.ts";
import { roundTrip } from "./round-trip.ts";
import { tappedWebSocket } from "./tapped-socket.ts";
import { notice } from "./terminal.ts";

/** Old servers may confirm any subprotocol, and then never say hello. */
const HELLO_MILLISECONDS = 1_000;
const OPENING_MILLISECONDS = 10_000;

const textOf = (fault: Fault): string => `${fault.message} ${fault.remedy}`.trim();

/** Enough of a frame to know it by. */
const shortened = (frame: string): string => (frame.length > 80 ? `${frame.slice(0, 79)}…` : frame);

type Fields = { readonly [key: string]: unknown };

function objectIn(text: string): Fields {
  const value: unknown = JSON.parse(text);
  return typeof value === "object" && value !== null ? { ...value } : {};
}

const isMessage = (frame: Fields) => "FROM" in frame && ["to", "toS", "tos", "bc", "toH"].some((key) => key in frame);

/** A logged-in connection that speaks achex.2, through the client library. */
export class ModernRelay {
  readonly closed: Promise<string>;
  private readonly open = new Set<Promise<void>>();
  /** The connection ended while frames were under way. */
  private cut = false;
  private readonly refused: { readonly frame: string; readonly fault: Fault }[] = [];

  private constructor(
    private readonly client: Client<object>,
    /** Resolves with the first end of a connection, also where another follows. */
    private readonly socketClosed: Promise<string>,
    private readonly login: Login,
  ) {
    this.closed = login.reconnect ? new Promise(() => {}) : socketClosed;
  }

  /** undefined when the server speaks only old dialects. Throws Failure. */
  static async connect(login: Login, onFrame: (text: string) => void): Promise<ModernRelay | undefined> {
    const { url } = relayUrl(login.address);
    const other = Promise.withResolvers<undefined>();
    const failed = Promise.withResolvers<never>();
    const closed = Promise.withResolvers<string>();
    let greeted = false;
    let lastFault = "";
    const client = connect(url, {
      name: login.name,
      passwd: login.password,
      WebSocket: tappedWebSocket({
        frame(text, bytes) {
          const frame = objectIn(text);
          if (isMessage(frame)) onFrame(bytes === undefined ? text : `${text} +${bytes} bytes`);
          else if ("$hello" in frame) greeted = true;
          else if ("$fault" in frame) lastFault = JSON.stringify(frame.$fault);
          else if (!greeted) other.resolve(undefined);
          else if (!("$ref" in frame) && !("$time" in frame)) onFrame(text);
        },
        otherDialect: () => other.resolve(undefined),
        failed: failed.reject,
        closed: (code, reason) => {
          const why = closeText(code, reason);
          failed.reject(new Failure(lastFault === "" ? why : `login refused: ${lastFault}`));
          closed.resolve(why);
        },
      }),
    });
    failed.promise.catch(() => {});
    const timers = [
      setTimeout(() => greeted || other.resolve(undefined), HELLO_MILLISECONDS),
      setTimeout(() => failed.reject(new Failure(`${url} did not answer within 10 s`)), OPENING_MILLISECONDS),
    ];
    try {
      const up = client.ready().then(() => new ModernRelay(client, closed.promise, login));
      const relay = await Promise.race([up, other.promise, failed.promise]);
      if (!relay) client.close();
      else relay.watch(login.reconnect === true);
      return relay;
    } catch (error) {
      client.close();
      if (error instanceof Fault) throw new Failure(`login refused: ${textOf(error)}`);
      throw error;
    } finally {
      for (const timer of timers) clearTimeout(timer);
    }
  }

  get id(): number | undefined {
    return this.client.sid;
  }

  /** Milliseconds to the server and back. */
  latency(): Promise<number> {
    return roundTrip(this.client);
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
    if (/^\{\s*\}$/.test(body)) throw new Failure("an empty frame says nothing");
    if ("$ref" in objectIn(body)) throw new Failure(`${shortened(body)} has a $ref, which is for this command to give`);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.open.add(promise);
    const end = (_result: unknown, fault?: Fault, cut?: boolean) => {
      if (cut) this.cut = true;
      else if (fault) this.refused.push({ frame: body, fault });
      this.open.delete(promise);
      resolve();
    };
    const { link } = this.client.wire;
    // As it was written: control() would write it anew.
    if (link) link.request(body, end);
    else end({}, undefined, true);
  }

  async barrier(): Promise<void> {
    await Promise.all(this.open);
    const [first, ...rest] = this.refused.splice(0);
    if (!first && this.cut) throw new Failure(await this.socketClosed);
    if (!first) return;
    const more = rest.length > 0 ? ` (and ${rest.length} more refused)` : "";
    throw new Failure(`${shortened(first.frame)} was refused: ${textOf(first.fault)}${more}`);
  }

  async close(): Promise<void> {
    const connected = this.client.state === "ready";
    this.client.close();
    // Without the closing handshake the server would take it for a cut; after a cut there is nothing to wait for.
    if (connected) await this.socketClosed;
  }

  private async enter(joining: Promise<unknown>, what: string): Promise<void> {
    await joining.catch((error: unknown) => {
      throw new Failure(`the server refused ${what}: ${error instanceof Fault ? textOf(error) : String(error)}`);
    });
  }

  private watch(reconnect: boolean): void {
    this.client.on("fault", (fault) => notice(textOf(fault)));
    if (!reconnect) return;
    this.client.on("lost", ({ code }) => notice(`connection lost (${code}); trying again`));
    this.client.on("state", (state) => {
      if (state === "ready") notice(`connected again, session ${this.client.sid}`);
    });
  }
}
