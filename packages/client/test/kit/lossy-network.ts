import { RESUME_MARKER } from "@achex/protocol";
import type { MemoryNode } from "../../../server/test/kit/node.ts";
import type { SimulatedRelay } from "../../../server/test/kit/simulated-relay.ts";
import type { WebSocketConstructor, WebSocketLike } from "../../src/socket.ts";

/** State shared by the connections of one simulation. */
interface Network {
  readonly node: SimulatedRelay;
  readonly random: () => number;
  /** Connections of which at least one end does not know yet that they are over. */
  readonly lines: Set<Line>;
  /** What the server answers instead of reading a frame, to play an older server. */
  readonly intercept: ((text: string) => string | undefined) | undefined;
  drops: number;
}

const BINARY = "binary ";

/** Bytes as a WebSocket delivers them; the server's kit keeps them as text. */
const dataOf = (text: string): string | ArrayBuffer =>
  text.startsWith(BINARY) ? Uint8Array.fromHex(text.slice(BINARY.length)).buffer : text;

/** A WebSocket to a node in this process, and the network between them. */
class Line implements WebSocketLike {
  binaryType = "";
  readonly protocol = "achex.2";
  onopen: ((event: object) => unknown) | null = null;
  onmessage: ((event: { data: unknown }) => unknown) | null = null;
  onclose: ((event: { code: number; reason: string }) => unknown) | null = null;
  onerror: ((event: object) => unknown) | null = null;
  private readonly out: (string | Uint8Array)[] = [];
  /** Undefined until the connection has opened. */
  private server: ReturnType<MemoryNode["open"]> | undefined;
  /** Nothing gets through any more. */
  private isCut = false;
  private clientKnows = false;
  private serverKnows = false;

  constructor(
    private readonly network: Network,
    private readonly protocols: readonly string[],
  ) {
    network.lines.add(this);
  }

  send(data: string | Uint8Array): void {
    this.out.push(typeof data === "string" ? data : data.slice());
  }

  /** The client closes it; what it has sent still arrives, unless the network has failed. */
  close(code = 1005): void {
    if (this.clientKnows) return;
    this.clientKnows = true;
    if (!this.isCut) this.upload(this.out.length);
    this.endServer(this.isCut ? 1006 : code);
  }

  /** The network fails: the first frames in each direction still arrive. Either end may notice long after the other. */
  cut(): void {
    const { server } = this;
    if (this.isCut || !server) return;
    const { random } = this.network;
    this.network.drops++;
    this.upload(Math.floor(random() * (this.out.length + 1)));
    this.download(Math.floor(random() * (server.socket.waiting.length + 1)));
    this.isCut = true;
    if (random() < 0.5) this.notice();
  }

  /** One of the ends notices that it is over. */
  notice(): void {
    if (this.network.random() < 0.5) this.endServer(1006);
    else this.endClient(1006, "");
  }

  get isOver(): boolean {
    return this.isCut;
  }

  /** Lets some frames through in both directions. */
  flush(most = Number.POSITIVE_INFINITY): void {
    if (this.isCut) return;
    this.open();
    this.upload(most);
    this.download(most);
    if (!this.server) return;
    const { closedWith, over, waiting } = this.server.socket;
    if (!over || waiting.length > 0) return;
    this.endServer(closedWith?.code ?? 1006);
    this.endClient(closedWith?.code ?? 1006, closedWith?.reason ?? "");
  }

  private open(): void {
    if (this.server || this.clientKnows) return;
    const listener = Math.floor(this.network.random() * 2);
    const resumes = this.protocols.includes(RESUME_MARKER);
    this.server = this.network.node.open({ dialect: "achex.2", socket: { listener }, ...(resumes && { resumes }) });
    this.onopen?.({});
  }

  private upload(most: number): void {
    const socket = this.server?.socket;
    if (!socket) return;
    for (const data of this.out.splice(0, most)) {
      const answer = typeof data === "string" ? this.network.intercept?.(data) : undefined;
      if (answer === undefined) socket.data.owner?.receive(data);
      else socket.send(answer);
    }
  }

  private download(most: number): void {
    const socket = this.server?.socket;
    if (!socket) return;
    const hadBacklog = socket.waiting.length > 0;
    for (const text of socket.flush(most)) if (!this.clientKnows) this.onmessage?.({ data: dataOf(text) });
    if (hadBacklog && socket.waiting.length === 0) socket.data.owner?.drained();
  }

  private endClient(code: number, reason: string): void {
    const isNews = !this.clientKnows;
    this.clientKnows = true;
    if (this.serverKnows) this.network.lines.delete(this);
    if (isNews) this.onclose?.({ code, reason });
  }

  private endServer(code: number): void {
    if (this.clientKnows) this.network.lines.delete(this);
    if (this.serverKnows) return;
    this.serverKnows = true;
    this.out.length = 0;
    this.server?.end(code);
  }
}

export interface LossyNetworkOptions {
  readonly node: SimulatedRelay;
  /** At least 0, below 1. */
  readonly random: () => number;
  /** Returns the answer to a client's text that the server must not see. */
  readonly intercept?: (text: string) => string | undefined;
}

/**
 * WebSockets to a node in this process. Frames wait until the test lets them through. A cut connection loses what is on its way
 * from some frame on, in each direction, and its ends notice at different times.
 */
export function lossyNetwork({ node, random, intercept }: LossyNetworkOptions) {
  const network: Network = { node, random, lines: new Set(), intercept, drops: 0 };
  const WebSocket: WebSocketConstructor = class extends Line {
    constructor(_url: string, protocols: string[]) {
      super(network, protocols);
    }
  };
  const any = () => [...network.lines][Math.floor(random() * network.lines.size)];
  return {
    WebSocket,
    get drops() {
      return network.drops;
    },
    cutOne: () => any()?.cut(),
    noticeOne: () => [...network.lines].find(({ isOver }) => isOver)?.notice(),
    flushSome: () => any()?.flush(1 + Math.floor(random() * 8)),
    /** Lets everything through, and lets both ends notice what is over. */
    flush() {
      for (let turn = 0; turn < 30; turn++)
        for (const line of [...network.lines]) {
          if (line.isOver) line.notice();
          else line.flush();
        }
    },
  };
}
