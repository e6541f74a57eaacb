import { isJsonObject, type JsonObject } from "@achex/protocol";
import { pace } from "../kit/pace.ts";

const RETRY_MILLISECONDS = 100;

export interface SessionOptions {
  /** Addresses that it tries in turn. */
  readonly urls: readonly string[];
  readonly name: string;
  readonly password: string;
  /** Frames without a reference. */
  frame?(frame: JsonObject): void;
}

/** A session of achex.2 that is not resumed, so that everything about it is known. */
export class Session {
  sid = 0;
  /** Why its login was rejected. */
  fault: string | undefined;
  private refs = 0;
  private readonly waiting = new Map<number, (reply: JsonObject | undefined) => void>();
  readonly closed: Promise<void>;
  isOpen = true;

  private constructor(
    private readonly socket: WebSocket,
    private readonly options: SessionOptions,
    readonly url: string,
  ) {
    const ended = Promise.withResolvers<void>();
    this.closed = ended.promise;
    socket.addEventListener("message", ({ data }) => this.received(JSON.parse(String(data))));
    socket.addEventListener("close", () => {
      this.isOpen = false;
      for (const settle of this.waiting.values()) settle(undefined);
      this.waiting.clear();
      ended.resolve();
    });
  }

  /** Connects and tries to log in once; undefined if there was no connection, or it ended. */
  static async tryOpen(options: SessionOptions, url: string): Promise<Session | undefined> {
    const socket = new WebSocket(url, "achex.2");
    const session = new Session(socket, options, url);
    const opened = new Promise<boolean>((resolve) => {
      socket.addEventListener("open", () => resolve(true));
      socket.addEventListener("close", () => resolve(false));
    });
    if (!(await opened)) return undefined;
    const reply = await session.ask({ auth: options.name, passwd: options.password });
    if (!reply) return undefined;
    session.fault = faultOf(reply);
    return session;
  }

  /** Tries until it is logged in; undefined once nobody wants it any more. */
  static async open(options: SessionOptions, isWanted: () => boolean): Promise<Session | undefined> {
    for (let turn = 0; isWanted(); turn++) {
      const session = await Session.tryOpen(options, options.urls[turn % options.urls.length] ?? "");
      if (session?.fault === undefined && session) return session;
      session?.close();
      await pace(RETRY_MILLISECONDS);
    }
    return undefined;
  }

  /** The reply; undefined if the connection ended before. */
  ask(frame: JsonObject): Promise<JsonObject | undefined> {
    if (!this.isOpen) return Promise.resolve(undefined);
    const $ref = ++this.refs;
    return new Promise((resolve) => {
      this.waiting.set($ref, resolve);
      this.socket.send(JSON.stringify({ $ref, ...frame }));
    });
  }

  /** The result; undefined if there was none, because it was rejected or the connection ended. */
  async result(frame: JsonObject): Promise<JsonObject | undefined> {
    const reply = await this.ask(frame);
    return isJsonObject(reply?.$result) ? reply.$result : undefined;
  }

  close(): void {
    this.socket.close();
  }

  private received(frame: unknown): void {
    if (!isJsonObject(frame)) return;
    const { $ref, $hello } = frame;
    if (isJsonObject($hello)) this.sid = Number($hello.sid);
    const settle = typeof $ref === "number" ? this.waiting.get($ref) : undefined;
    if (!settle) this.options.frame?.(frame);
    else {
      this.waiting.delete(Number($ref));
      settle(frame);
    }
  }
}

/** The code of a fault; undefined if the frame was accepted. */
export const faultOf = (reply: JsonObject): string | undefined =>
  isJsonObject(reply.$fault) ? String(reply.$fault.code) : undefined;
