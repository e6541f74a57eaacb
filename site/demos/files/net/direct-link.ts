import {
  type CreateDirectLink,
  type DirectLink,
  type DirectOptions,
  type MessageOf,
  RECORD,
  type RunWriter,
} from "@achex/files";
import { ChannelWriter, opened, readChannel } from "./channel-writer.ts";

/** How long a direct connection may take, and how long it may be interrupted, ms. */
const CONNECTING = 15_000;
const INTERRUPTED = 3_000;
const CONTROL = "control";
const RUN = /^run-(\d{1,10})$/;

/** A WebRTC connection without any other server. The initiator of the pairing makes the offers; the other side can ask for one. */
class WebRtcLink implements DirectLink {
  readonly #options: DirectOptions;
  #connection: RTCPeerConnection | undefined;
  /** Number of the attempt: messages of an earlier one are void. */
  #session = 0;
  #isOpen = false;
  #isClosed = false;
  #signals: Promise<unknown> = Promise.resolve();

  constructor(options: DirectOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  connect(): void {
    if (this.#connection || this.#isClosed) return;
    if (this.#options.isInitiator) void this.#offer().catch(() => this.#drop());
    // Neither a description nor a candidate: a request for an offer.
    else this.#options.signal({ t: "rtc", session: 0 });
  }

  async open(run: number): Promise<RunWriter> {
    if (!this.#connection || !this.#isOpen) throw new Error("There is no direct connection.");
    const channel = this.#connection.createDataChannel(`run-${run}`);
    await opened(channel);
    return new ChannelWriter(channel);
  }

  signalled(message: MessageOf<"rtc">): void {
    this.#signals = this.#signals.then(() => this.#signalled(message)).catch(() => this.#drop());
  }

  close(): void {
    this.#isClosed = true;
    this.#drop();
  }

  async #signalled({ session, description, candidate }: MessageOf<"rtc">): Promise<void> {
    if (this.#isClosed) return;
    const { isInitiator } = this.#options;
    if (description === undefined && candidate === undefined) {
      if (isInitiator) this.connect();
      return;
    }
    if (description !== undefined && !isInitiator) return this.#answer(session, description);
    if (session !== this.#session || !this.#connection) return;
    if (description !== undefined) await this.#connection.setRemoteDescription(JSON.parse(description));
    else if (candidate !== undefined) await this.#connection.addIceCandidate(JSON.parse(candidate));
  }

  async #offer(): Promise<void> {
    const session = crypto.getRandomValues(new Uint32Array(1))[0] ?? 1;
    const connection = this.#begin(session);
    this.#control(connection, connection.createDataChannel(CONTROL));
    await connection.setLocalDescription();
    this.#describe(connection, session);
  }

  async #answer(session: number, description: string): Promise<void> {
    this.#drop();
    const connection = this.#begin(session);
    await connection.setRemoteDescription(JSON.parse(description));
    await connection.setLocalDescription();
    this.#describe(connection, session);
  }

  #describe({ localDescription }: RTCPeerConnection, session: number): void {
    this.#options.signal({ t: "rtc", session, description: JSON.stringify(localDescription) });
  }

  #begin(session: number): RTCPeerConnection {
    const connection = new RTCPeerConnection();
    this.#connection = connection;
    this.#session = session;
    connection.addEventListener("icecandidate", ({ candidate }) => {
      if (candidate) this.#options.signal({ t: "rtc", session, candidate: JSON.stringify(candidate) });
    });
    connection.addEventListener("datachannel", ({ channel }) => this.#channel(connection, channel));
    connection.addEventListener("connectionstatechange", () => this.#stateChanged(connection));
    setTimeout(() => {
      if (connection === this.#connection && !this.#isOpen) this.#drop();
    }, CONNECTING);
    return connection;
  }

  #channel(connection: RTCPeerConnection, channel: RTCDataChannel): void {
    const run = RUN.exec(channel.label)?.[1];
    const reader = run === undefined ? undefined : this.#options.reader(Number(run));
    if (channel.label === CONTROL) this.#control(connection, channel);
    else if (reader) readChannel(channel, reader);
    else channel.close();
  }

  /** Open as long as the connection is. */
  #control(connection: RTCPeerConnection, channel: RTCDataChannel): void {
    const isPresent = () => connection === this.#connection;
    const open = () => {
      if (!isPresent() || (connection.sctp?.maxMessageSize ?? 0) < RECORD) return;
      this.#isOpen = true;
      this.#options.changed();
    };
    if (channel.readyState === "open") open();
    channel.addEventListener("open", open);
    channel.addEventListener("close", () => isPresent() && this.#drop());
  }

  #stateChanged(connection: RTCPeerConnection): void {
    const isState = (state: RTCPeerConnectionState) =>
      connection === this.#connection && connection.connectionState === state;
    if (isState("failed") || isState("closed")) this.#drop();
    if (isState("disconnected")) setTimeout(() => isState("disconnected") && this.#drop(), INTERRUPTED);
  }

  #drop(): void {
    const wasOpen = this.#isOpen;
    const connection = this.#connection;
    this.#connection = undefined;
    this.#isOpen = false;
    connection?.close();
    if (wasOpen) this.#options.changed();
  }
}

export const createDirectLink: CreateDirectLink | undefined =
  "RTCPeerConnection" in globalThis ? (options) => new WebRtcLink(options) : undefined;
