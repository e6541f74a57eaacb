import { type Dialect, isJsonObject, type JsonObject } from "@achex/protocol";
import type { NodeDeps } from "../../src/assemble.ts";
import { binaryFrame } from "./binary-frame.ts";
import { createMemoryNode, defaultLimits, type MemoryConnection, type MemoryNode } from "./node.ts";

/** The contents of a reply: its result, or the code of its fault. */
export interface Reply {
  readonly result: JsonObject | undefined;
  readonly fault: string | undefined;
}

/** Binary frames are not parsed. */
const parsed = (text: string): unknown => (text.startsWith("{") ? JSON.parse(text) : text);

/** A client on a node in memory, where everything happens synchronously: a request returns with its reply. */
export class Achex2Client {
  private refs = 0;
  private unread: unknown[] = [];

  constructor(readonly connection: MemoryConnection) {
    this.collect();
  }

  get sid(): number {
    return this.connection.session.id;
  }

  /** Sends text and bytes as they are, and an object as JSON. */
  send(frame: JsonObject | string | Uint8Array): this {
    this.connection.session.receive(
      typeof frame === "string" || frame instanceof Uint8Array ? frame : JSON.stringify(frame),
    );
    return this;
  }

  /** Sends a frame with a reference as its first key, and returns the reply. */
  request(frame: JsonObject, body?: Uint8Array): Reply {
    const $ref = ++this.refs;
    const text = JSON.stringify({ $ref, ...frame });
    this.send(body ? binaryFrame(text, body) : text);
    this.collect();
    const replies = this.takeReplies($ref);
    const [reply] = replies;
    if (!reply || replies.length > 1) throw new Error(`${text} had ${replies.length} replies`);
    return reply;
  }

  /** The replies with that reference among the frames received so far. */
  takeReplies($ref: number): readonly Reply[] {
    this.collect();
    const replies = this.unread.filter(isJsonObject).filter((one) => one.$ref === $ref && one.to === undefined);
    this.unread = this.unread.filter((one) => !isJsonObject(one) || !replies.includes(one));
    return replies.map(({ $result, $fault }) => ({
      result: isJsonObject($result) ? $result : undefined,
      fault: isJsonObject($fault) ? String($fault.code) : undefined,
    }));
  }

  /** The result of a frame; throws when it was rejected. */
  result(frame: JsonObject, body?: Uint8Array): JsonObject {
    const { result, fault } = this.request(frame, body);
    if (!result) throw new Error(`${JSON.stringify(frame)} was refused as ${fault}`);
    return result;
  }

  /** The code of the fault of a frame; throws when it was accepted. */
  fault(frame: JsonObject, body?: Uint8Array): string {
    const { result, fault } = this.request(frame, body);
    if (fault === undefined) throw new Error(`${JSON.stringify(frame)} resulted in ${JSON.stringify(result)}`);
    return fault;
  }

  /** All frames received since the last call, except replies to request(). */
  received(): unknown[] {
    this.collect();
    return this.unread.splice(0);
  }

  /** The values of one key, such as `$joined`, in the frames received since the last call. */
  receivedValues(key: string): unknown[] {
    return this.received().flatMap((frame) => (isJsonObject(frame) && key in frame ? [frame[key]] : []));
  }

  disconnect(code = 1000): void {
    this.connection.socket.terminate();
    this.connection.end(code);
  }

  private collect(): void {
    this.unread.push(...this.connection.socket.flush().map(parsed));
  }
}

export interface Achex2Node extends MemoryNode {
  /** A client of achex.2 that is logged in and has read the hello. */
  achex2(name: string, instance?: string): Achex2Client;
  /** The same with a legacy dialect. */
  legacy(name: string, instance?: string): Achex2Client;
  /** Connected, not logged in. */
  connectClient(dialect?: Dialect, instance?: string): Achex2Client;
  /** What the node still holds; all 0 after every session has ended. */
  leftovers(): Record<string, number>;
}

const unlimited = { ...defaultLimits, framesPerSecond: 0, bytesPerSecond: 0, sessionsPerAddress: 0 };

/** A node in memory, without rate limits unless given. */
export function createAchex2Node(limits: Partial<NodeDeps["limits"]> = {}, parts: Partial<NodeDeps> = {}): Achex2Node {
  const memory = createMemoryNode({ ...parts, limits: { ...unlimited, ...limits } });
  const { core } = memory.node;
  const stranger = (dialect: Dialect = "achex.2", instance = "root"): Achex2Client =>
    new Achex2Client(memory.connect({ dialect, instance }));
  const named = (dialect: Dialect, name: string, instance: string | undefined) => {
    const person = stranger(dialect, instance).send({ setID: name, passwd: "" });
    person.received();
    return person;
  };
  return {
    ...memory,
    connectClient: stranger,
    achex2: (name, instance) => named("achex.2", name, instance),
    legacy: (name, instance) => named("cloud", name, instance),
    leftovers: () => ({
      sessions: core.sessions.size,
      calls: core.openCalls.count,
      callParties: core.openCalls.sessionCount,
      presence: core.presence.followedChannels,
      watched: core.nameWatchers.watchedNames,
      throttledFaults: core.faultThrottle.size,
      names: [...core.channels.names("root")].length,
    }),
  };
}

/** The result of leftovers() after all sessions have ended. */
export const NO_LEFTOVERS = {
  sessions: 0,
  calls: 0,
  callParties: 0,
  presence: 0,
  watched: 0,
  throttledFaults: 0,
  names: 0,
};
