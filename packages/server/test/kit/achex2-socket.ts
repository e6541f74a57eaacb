import { isJsonObject, type JsonObject } from "@achex/protocol";
import { within } from "./wait.ts";

/** A client of achex.2 over a real connection: replies by reference, and what else it received. */
export class Achex2Socket {
  readonly messages: JsonObject[] = [];
  private readonly waiting = new Map<number, (reply: JsonObject) => void>();
  private refs = 0;

  private constructor(readonly socket: WebSocket) {
    socket.addEventListener("message", ({ data }) => {
      const frame: unknown = JSON.parse(String(data));
      if (!isJsonObject(frame)) return;
      const { $ref } = frame;
      if (typeof $ref !== "number") this.messages.push(frame);
      else {
        this.waiting.get($ref)?.(frame);
        this.waiting.delete($ref);
      }
    });
  }

  /** Connects and logs in. */
  static async open(url: string, name: string, passwd = ""): Promise<Achex2Socket> {
    const client = new Achex2Socket(new WebSocket(url, "achex.2"));
    const opened = new Promise<void>((resolve, reject) => {
      client.socket.addEventListener("open", () => resolve());
      client.socket.addEventListener("error", () => reject(new Error(`no connection to ${url}`)));
    });
    await within(`a connection to ${url}`, opened);
    await client.result({ auth: name, passwd });
    return client;
  }

  /** Sends a frame and returns its reply. */
  ask(frame: JsonObject): Promise<JsonObject> {
    const $ref = ++this.refs;
    const reply = new Promise<JsonObject>((resolve) => this.waiting.set($ref, resolve));
    this.socket.send(JSON.stringify({ $ref, ...frame }));
    return within(`a reply to ${JSON.stringify(frame)}`, reply);
  }

  async result(frame: JsonObject): Promise<JsonObject> {
    const reply = await this.ask(frame);
    if (!isJsonObject(reply.$result)) throw new Error(`${JSON.stringify(frame)}: ${JSON.stringify(reply)}`);
    return reply.$result;
  }

  /** The code of the fault with which a frame is rejected. */
  async fault(frame: JsonObject): Promise<unknown> {
    const reply = await this.ask(frame);
    return isJsonObject(reply.$fault) ? reply.$fault.code : `no fault: ${JSON.stringify(reply)}`;
  }

  close(): void {
    this.socket.close();
  }
}
