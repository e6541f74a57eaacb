import { type Dialect, isJsonObject, type JsonObject } from "@achex/protocol";
import { closeReason, connectError } from "./connection-errors.ts";
import { Failure } from "./failure.ts";

export interface LegacyLogin {
  readonly url: string;
  readonly dialect: Dialect;
  readonly name: string;
  readonly password: string;
}

interface Waiter {
  /** Accepts the frame it waits for and ignores all others. */
  accept(fields: JsonObject): boolean;
  fail(why: Failure): void;
}

const ANSWER_MILLISECONDS = 10_000;

/** The object in a frame from the server. Ignores messages from other clients, which could imitate any reply of the server. */
function answerIn(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) && !("FROM" in value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isWord = (value: unknown, word: string) => typeof value === "string" && value.toUpperCase() === word;

/** One logged-in connection of a legacy dialect (classic or cloud), without reconnecting. Every failure is a `Failure` of one line. */
export class LegacyConnection {
  /** Session id, after the server has sent it in the greeting or the login reply. */
  sessionId: number | undefined;
  /** Resolves when the connection is over, with the reason as text. */
  readonly closed: Promise<string>;
  private readonly waiters: Waiter[] = [];
  private loggedIn = false;

  private constructor(
    private readonly socket: WebSocket,
    private readonly onFrame: (text: string) => void,
  ) {
    socket.addEventListener("message", ({ data }) => this.receive(String(data)));
    this.closed = new Promise((resolve) => {
      socket.addEventListener("close", ({ code, reason }) => {
        const why = closeReason(code, reason);
        for (const waiter of this.waiters.splice(0)) waiter.fail(new Failure(why));
        resolve(why);
      });
    });
  }

  /** Connects and logs in. `onFrame` is called for each frame that is not a reply to one of this client's requests. */
  static async connect(login: LegacyLogin, onFrame: (text: string) => void = () => {}): Promise<LegacyConnection> {
    const client = new LegacyConnection(new WebSocket(login.url), onFrame);
    await client.opened(login.url);
    await client.login(login);
    return client;
  }

  send(text: string): void {
    this.socket.send(text);
  }

  /** Bytes not yet passed to the network. */
  get unsent(): number {
    return this.socket.bufferedAmount;
  }

  async join(hub: string): Promise<void> {
    const answer = await this.ask(JSON.stringify({ joinHub: hub }), ({ joinHub }) => typeof joinHub === "string");
    if (!isWord(answer.joinHub, "OK")) throw new Failure(`the server rejected hub ${JSON.stringify(hub)}`);
  }

  /** Joining a broadcast gets no reply; `flush` resolves when it is done. */
  async register(broadcast: string): Promise<void> {
    this.send(JSON.stringify({ cmd: "register_broadcast", bid: broadcast }));
  }

  /**
   * Resolves when the server has handled everything sent before. This works because it handles the frames of a connection in
   * order.
   */
  async flush(): Promise<void> {
    await this.ask('{"ping":true}', ({ ltcy }) => typeof ltcy === "string");
  }

  async close(): Promise<void> {
    this.socket.close(1000);
    await this.closed;
  }

  private opened(url: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        reject(new Failure(`${url} did not answer within ${ANSWER_MILLISECONDS / 1000} s`));
        this.socket.close();
      }, ANSWER_MILLISECONDS);
      this.socket.addEventListener("open", () => {
        clearTimeout(late);
        resolve();
      });
      this.socket.addEventListener("error", (event) => {
        clearTimeout(late);
        reject(connectError(url, event));
      });
    });
  }

  private async login({ dialect, name, password }: LegacyLogin): Promise<void> {
    const frame = dialect === "classic" ? { setID: name, passwd: password } : { auth: name, passwd: password };
    const answer = await this.ask(JSON.stringify(frame), ({ auth }) => typeof auth === "string");
    if (!isWord(answer.auth, "OK")) {
      throw new Failure(`login rejected: ${String(answer.REASON ?? answer.reason ?? "no reason given")}`);
    }
    if (typeof answer.SID === "number") this.sessionId = answer.SID;
    this.loggedIn = true;
  }

  private ask(text: string, wants: (fields: JsonObject) => boolean): Promise<JsonObject> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        clearTimeout(late);
        const index = this.waiters.indexOf(waiter);
        if (index >= 0) this.waiters.splice(index, 1);
      };
      const late = setTimeout(() => {
        leave();
        reject(new Failure(`no answer to ${text} within ${ANSWER_MILLISECONDS / 1000} s; is it an Achex server?`));
      }, ANSWER_MILLISECONDS);
      const waiter: Waiter = {
        accept(fields) {
          if (!wants(fields)) return false;
          leave();
          resolve(fields);
          return true;
        },
        fail(why) {
          leave();
          reject(why);
        },
      };
      this.waiters.push(waiter);
      this.send(text);
    });
  }

  private receive(text: string): void {
    // Parsed only while a reply is expected, because parsing every message would slow down load tests.
    const fields = this.waiters.length > 0 || !this.loggedIn ? answerIn(text) : undefined;
    if (fields && this.waiters.some((waiter) => waiter.accept(fields))) return;
    if (!this.loggedIn && typeof fields?.SID === "number") this.sessionId = fields.SID;
    else this.onFrame(text);
  }
}
