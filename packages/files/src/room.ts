import type { Client, Member } from "@achex/client";
import { onStream } from "@achex/client/streams";
import { hubOf } from "./code.ts";
import { initiate, type KnownSecret, type Pairing, Responder } from "./handshake.ts";
import type { Message } from "./messages.ts";
import { Pair } from "./pair.ts";
import { type DeviceKind, deviceName, Peer } from "./peer.ts";
import type { RunReader } from "./runs.ts";

/** Others in a room with whom keys are agreed: the rest is not shown. */
const MOST_PEERS = 32;
/** Handshakes that are tried again, and the pause before, ms. */
const TRIES = 3;
const PAUSE = 500;
/** Messages that are kept until the handshake of their pairing is complete. */
const MOST_EARLY = 16;

export interface RoomOptions {
  readonly client: Client<object>;
  readonly code: string;
  readonly name: string;
  readonly kind: DeviceKind;
  /** Secrets that this client has, those to be preferred first. */
  readonly secrets: () => readonly KnownSecret[];
  readonly paired: (peer: Peer, pair: Pair) => void;
  readonly gone: (peer: Peer) => void;
  readonly received: (peer: Peer, message: Message) => void;
  readonly reader: (peer: Peer, run: number) => RunReader | undefined;
  readonly changed: () => void;
  /** What others sent and this client did not accept. */
  readonly ignored?: (why: string) => void;
}

/** The clients that have the same code, and the keys that this one shares with each of them. */
export class FilesRoom {
  readonly peers = new Map<number, Peer>();
  readonly #options: RoomOptions;
  readonly #stops: (() => void)[] = [];
  readonly #responder: Responder;
  #isClosed = false;

  constructor(options: RoomOptions) {
    this.#options = options;
    const { client, code, secrets } = options;
    this.#responder = new Responder({ client, room: code, secrets }, (done) => this.#paired(done));
  }

  async join(): Promise<void> {
    const { client, code, name, kind } = this.#options;
    const hub = client.hub(hubOf(code));
    this.#stops.push(
      client.handle((data, { sid }) => ({ ...this.#answer(sid, data) })),
      client.on("message", ({ kind: channel, sid, data, bytes }) => {
        if (channel === "session" && bytes) this.#received(sid, data, bytes);
      }),
      onStream(client, ({ sid, meta, readable }) => this.#stream(sid, meta, readable)),
      // Others see a session that was lost as gone, and its successor as new.
      client.on("lost", () => this.#forgetAll()),
      hub.on("roster", (members) => this.#roster(members)),
      hub.on("joined", (member) => this.#add(member)),
      hub.on("changed", ({ sid, attributes }) => this.#renamed(sid, attributes.name)),
      hub.on("left", ({ sid }) => this.#remove(sid)),
      hub.on("away", ({ sid }) => this.#away(sid, true)),
      hub.on("back", ({ sid }) => this.#away(sid, false)),
    );
    await hub.join({ presence: true, attributes: { name, kind } });
    this.#roster(hub.members);
  }

  /** Shows others another name. */
  rename(name: string): void {
    const { client, code, kind } = this.#options;
    void client
      .hub(hubOf(code))
      .setAttributes({ name, kind })
      .catch(() => {});
  }

  async leave(): Promise<void> {
    this.close();
    await this.#options.client.hub(hubOf(this.#options.code)).leave();
  }

  /** Stops listening, without leaving: before a reload. */
  close(): void {
    this.#isClosed = true;
    for (const stop of this.#stops.splice(0)) stop();
    this.#forgetAll();
  }

  #ignore(why: string): void {
    this.#options.ignored?.(why);
  }

  #forgetAll(): void {
    for (const sid of [...this.peers.keys()]) this.#remove(sid);
  }

  /** After joining, this client agrees keys with everybody it finds. Others do it with those who join later. */
  #roster(members: readonly Member[]): void {
    const own = this.#options.client.sid;
    const present = new Set(members.map(({ sid }) => sid));
    for (const sid of [...this.peers.keys()]) if (!present.has(sid)) this.#remove(sid);
    for (const member of members) {
      if (member.sid === own) continue;
      const peer = this.#add(member);
      if (peer && !peer.pair) void this.#pairWith(peer);
    }
  }

  #add(member: Member): Peer | undefined {
    if (member.sid === this.#options.client.sid) return undefined;
    const known = this.peers.get(member.sid);
    if (known || this.peers.size >= MOST_PEERS) return known;
    const peer = new Peer(member);
    this.peers.set(peer.sid, peer);
    this.#options.changed();
    return peer;
  }

  #remove(sid: number): void {
    const peer = this.peers.get(sid);
    if (!peer) return;
    this.peers.delete(sid);
    const end = () => {
      this.#options.gone(peer);
      peer.unpair();
      this.#options.changed();
    };
    // What it said last may still have to be opened: without this, "done" is lost if its sender leaves at once.
    if (peer.pair) void peer.pair.opened().then(end);
    else end();
  }

  #renamed(sid: number, name: unknown): void {
    const peer = this.peers.get(sid);
    if (!peer) return;
    peer.name = deviceName(name);
    this.#options.changed();
  }

  #away(sid: number, isAway: boolean): void {
    const peer = this.peers.get(sid);
    if (!peer) return;
    peer.isAway = isAway;
    this.#options.changed();
  }

  async #pairWith(peer: Peer): Promise<void> {
    if (peer.isPairing) return;
    peer.isPairing = true;
    const { client, code, secrets } = this.#options;
    for (let tries = 0; tries < TRIES && this.peers.get(peer.sid) === peer && !peer.pair; tries++) {
      try {
        this.#use(peer, await initiate({ client, room: code, secrets }, peer.sid));
      } catch (error) {
        peer.problem = error instanceof Error ? error.message : String(error);
        await new Promise((resolve) => setTimeout(resolve, PAUSE * (tries + 1)));
      }
    }
    peer.isPairing = false;
    if (!this.#isClosed) this.#options.changed();
  }

  /** Both sides may begin at the same time: then the one with the lower id goes on, and the other one answers. */
  #answer(sid: number, data: object): object {
    if (this.peers.get(sid)?.isPairing && sid > (this.#options.client.sid ?? 0)) throw new Error("busy");
    return this.#responder.answer(sid, data);
  }

  #paired(done: Pairing): void {
    const peer = this.peers.get(done.sid);
    if (peer) this.#use(peer, done);
  }

  #use(peer: Peer, done: Pairing): void {
    if (peer.pair) {
      this.#options.gone(peer);
      peer.unpair();
    }
    const pair = new Pair(this.#options.client, done);
    peer.pair = pair;
    peer.problem = "";
    this.#options.paired(peer, pair);
    for (const { pairing, bytes } of peer.early.splice(0)) if (pairing === pair.pairing) this.#open(peer, pair, bytes);
    this.#options.changed();
  }

  #received(sid: number, data: object, bytes: Uint8Array): void {
    const peer = this.peers.get(sid);
    const pairing = "files" in data ? data.files : undefined;
    if (!peer || typeof pairing !== "string") this.#ignore("a message that is not of this protocol");
    else if (peer.pair?.pairing === pairing) this.#open(peer, peer.pair, bytes);
    // The other side may be ready a moment earlier.
    else if (peer.isPairing && peer.early.length < MOST_EARLY) peer.early.push({ pairing, bytes });
    else this.#ignore("a message of another pairing");
  }

  #open(peer: Peer, pair: Pair, bytes: Uint8Array): void {
    pair.receive(
      bytes,
      (message) => {
        if (peer.pair === pair) this.#options.received(peer, message);
      },
      (why) => this.#ignore(why),
    );
  }

  async #stream(sid: number, meta: object, readable: ReadableStream<Uint8Array>): Promise<void> {
    const peer = this.peers.get(sid);
    const pairing = "files" in meta ? meta.files : undefined;
    const run = "run" in meta ? meta.run : undefined;
    const take =
      peer?.pair?.pairing === pairing && peer && typeof run === "number" ? this.#options.reader(peer, run) : undefined;
    if (!take) {
      this.#ignore("a stream of no transfer");
      return readable.cancel();
    }
    const reader = readable.getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) await take(next.value);
  }
}
