import type { Client } from "@achex/client";
import type { Bytes } from "./bytes.ts";
import type { KnownSecret } from "./handshake.ts";
import { IncomingTransfer } from "./incoming.ts";
import { listKey } from "./keys.ts";
import { type Message, OfferReader, type Via } from "./messages.ts";
import { OutgoingTransfer } from "./outgoing.ts";
import type { Pair } from "./pair.ts";
import type { DeviceKind, Peer } from "./peer.ts";
import { FilesRoom } from "./room.ts";
import { type CreateDirectLink, openRelayRun, Pacer, type Route } from "./runs.ts";
import type { CreateHasher, MarkStore, Source, TransferStore } from "./storage.ts";
import { reasonOf } from "./transfer.ts";

/** Offers that wait for a decision, of one peer. */
const MOST_OFFERS = 16;
/** After a direct connection has failed, how long the relay is used, ms; twice as long after each further failure. */
const NO_DIRECT = 10_000;
const MOST_DIRECT_FAILURES = 3;
/** How long the last messages may take, ms. */
const FLUSH = 2_000;

/** Secrets that this client remembers. */
export interface SecretStore {
  /** Newest first. */
  list(): readonly KnownSecret[];
  remember(secret: Bytes, isVerified: boolean): void;
}

export interface ExchangeOptions {
  readonly client: Client<object>;
  readonly code: string;
  /** From the link that led here. */
  readonly linkSecret?: Bytes | undefined;
  readonly name: string;
  readonly kind: DeviceKind;
  readonly secrets: SecretStore;
  readonly createHasher: CreateHasher;
  readonly marks: MarkStore;
  readonly transfers: TransferStore;
  /** Without it, everything goes through the relay. */
  readonly createDirectLink?: CreateDirectLink;
  /** Somebody offers files. `canContinue`: a part of them is here already, from the same sender. */
  readonly offered: (transfer: IncomingTransfer, peer: Peer, canContinue: boolean) => void;
  readonly changed: () => void;
  readonly ignored?: (why: string) => void;
}

/** All transfers of one client in one room. */
export class Exchange {
  readonly room: FilesRoom;
  readonly outgoing: OutgoingTransfer[] = [];
  readonly incoming: IncomingTransfer[] = [];
  #allowsDirect = true;
  readonly #options: ExchangeOptions;
  readonly #pacer: Pacer;
  readonly #offers = new Map<string, OfferReader>();

  constructor(options: ExchangeOptions) {
    this.#options = options;
    const { client, code, name, kind, linkSecret, secrets, changed } = options;
    const link: KnownSecret[] = linkSecret ? [{ secret: linkSecret, kind: "link", isVerified: true }] : [];
    this.#pacer = new Pacer(() => bytesPerSecond(client));
    this.room = new FilesRoom({
      ...{ client, code, name, kind, changed },
      ignored: (why) => options.ignored?.(why),
      secrets: () => [...secrets.list(), ...link],
      paired: (peer, pair) => this.#paired(peer, pair),
      gone: (peer) => this.#gone(peer),
      received: (peer, message) => this.#received(peer, message),
      reader: (peer, run) => this.#readerOf(peer, run),
    });
  }

  /** Offers files to a peer. Throws if there are none, or too many. */
  send(peer: Peer, sources: readonly Source[]): OutgoingTransfer {
    const { pair } = peer;
    if (!pair) throw new Error(`${peer.name} is not connected.`);
    const { createHasher, marks, changed } = this.#options;
    const transfer = new OutgoingTransfer({ sources, createHasher, marks, changed });
    this.outgoing.push(transfer);
    this.#remember(pair);
    void transfer.attach(this.#routeTo(peer, pair));
    changed();
    return transfer;
  }

  /** The person here has compared the emoji. */
  confirm(peer: Peer): void {
    if (!peer.pair) return;
    peer.pair.isVerified = true;
    this.#remember(peer.pair);
    this.#options.changed();
  }

  /** Whether direct connections are tried. Those that are open are closed, and what they carry goes on through the relay. */
  setDirect(isAllowed: boolean): void {
    this.#allowsDirect = isAllowed;
    for (const peer of this.room.peers.values()) {
      peer.directFailures = 0;
      peer.noDirectUntil = 0;
      const isNeeded = this.outgoing.some((one) => !one.isOver && one.peerKey === peer.pair?.peerKey);
      if (isAllowed && isNeeded && peer.pair) this.#link(peer, peer.pair)?.connect();
      if (isAllowed) continue;
      peer.link?.close();
      peer.link = undefined;
    }
  }

  peerOf(transfer: OutgoingTransfer | IncomingTransfer): Peer | undefined {
    const key = transfer.direction === "out" ? transfer.peerKey : transfer.pair.peerKey;
    return [...this.room.peers.values()].find(({ pair }) => pair?.peerKey === key);
  }

  /** Removes a transfer that is over. */
  forget(transfer: OutgoingTransfer | IncomingTransfer): void {
    for (const list of [this.outgoing, this.incoming] as (typeof transfer)[][]) {
      const at = list.indexOf(transfer);
      if (at >= 0 && transfer.isOver) list.splice(at, 1);
    }
    this.#options.changed();
  }

  /** Ends all transfers here, in a way that they can go on later. */
  async close(): Promise<void> {
    await Promise.all(this.incoming.map((one) => one.close()));
    const flushed = Promise.all([...this.room.peers.values()].map(({ pair }) => pair?.flush()));
    await Promise.race([flushed, new Promise((resolve) => setTimeout(resolve, FLUSH))]);
    this.room.close();
  }

  #remember({ remembered, isVerified }: Pair): void {
    this.#options.secrets.remember(remembered, isVerified);
  }

  #paired(peer: Peer, pair: Pair): void {
    for (const transfer of this.outgoing) {
      if (transfer.isOver || transfer.peerKey !== pair.peerKey) continue;
      void transfer.attach(this.#routeTo(peer, pair));
    }
  }

  #gone({ pair }: Peer): void {
    if (!pair) return;
    for (const key of this.#offers.keys()) if (key.startsWith(`${pair.pairing} `)) this.#offers.delete(key);
    for (const transfer of this.outgoing) if (transfer.peerKey === pair.peerKey) transfer.detach();
    for (const transfer of this.incoming) if (transfer.pair === pair) transfer.detach();
  }

  #routeTo(peer: Peer, pair: Pair): Route {
    const isDirect = () => this.#allowsDirect && peer.link?.isOpen === true && performance.now() >= peer.noDirectUntil;
    return {
      pair,
      via: (): Via => (isDirect() ? "direct" : "relay"),
      open: (via, run) => {
        if (via === "relay") return openRelayRun(this.#options.client, pair, run, this.#pacer);
        if (!peer.link) throw new Error("There is no direct connection.");
        return peer.link.open(run);
      },
      failed: (via) => {
        if (via === "direct") this.#directFailed(peer);
      },
    };
  }

  #directFailed(peer: Peer): void {
    const pause = NO_DIRECT * 2 ** peer.directFailures++;
    peer.noDirectUntil = performance.now() + pause;
    peer.link?.close();
    peer.link = undefined;
    if (peer.directFailures >= MOST_DIRECT_FAILURES || !peer.pair) return;
    const { pair } = peer;
    setTimeout(() => {
      if (peer.pair === pair && this.outgoing.some((one) => !one.isOver && one.peerKey === pair.peerKey))
        this.#link(peer, pair)?.connect();
    }, pause);
  }

  #link(peer: Peer, pair: Pair) {
    const { createDirectLink, changed } = this.#options;
    // A stranger must not learn the address of this device.
    if (!createDirectLink || !this.#allowsDirect || !pair.isVerified) return undefined;
    peer.link ??= createDirectLink({
      isInitiator: pair.isInitiator,
      signal: (message) => void pair.send(message).catch(() => {}),
      reader: (run) => this.#readerOf(peer, run),
      changed: () => {
        for (const transfer of this.outgoing) if (transfer.peerKey === pair.peerKey) transfer.reroute();
        changed();
      },
    });
    return peer.link;
  }

  #readerOf({ pair }: Peer, run: number) {
    for (const transfer of this.incoming) {
      const reader = transfer.pair === pair ? transfer.reader(run) : undefined;
      if (reader) return reader;
    }
    return undefined;
  }

  #received(peer: Peer, message: Message): void {
    const { pair } = peer;
    if (!pair) return;
    if (message.t === "rtc") this.#link(peer, pair)?.signalled(message);
    else if (message.t === "offer") this.#offer(peer, pair, message);
    else {
      for (const transfer of this.outgoing)
        if (transfer.id === message.id && transfer.peerKey === pair.peerKey) transfer.received(message);
      if (message.t === "accept") this.#link(peer, pair)?.connect();
      for (const transfer of this.incoming)
        if (transfer.id === message.id && transfer.pair === pair) transfer.received(message);
    }
  }

  #offer(peer: Peer, pair: Pair, part: Extract<Message, { t: "offer" }>): void {
    const key = `${pair.pairing} ${part.id}`;
    const reader = part.part === 0 ? new OfferReader(part.id) : this.#offers.get(key);
    try {
      if (!reader || this.#offers.size >= MOST_OFFERS)
        throw new Error("too many offers, or a part without a beginning");
      this.#offers.set(key, reader);
      if (!reader.add(part)) return;
      void this.#offered(peer, pair, reader);
    } catch (error) {
      this.#options.ignored?.(`an offer: ${reasonOf(error)}`);
      pair.send({ t: "decline", id: part.id, why: reasonOf(error) }).catch(() => {});
    }
    this.#offers.delete(key);
  }

  async #offered(peer: Peer, pair: Pair, { id, files }: OfferReader): Promise<void> {
    const { transfers, changed, offered } = this.#options;
    const decline = (why: string) => pair.send({ t: "decline", id, why }).catch(() => {});
    const list = listKey(files);
    const same = this.incoming.find(
      (one) => one.list === list && (!one.isOver || (one.state === "done" && one.id === id)),
    );
    if (same) {
      const isSame = same.pair.peerKey === pair.peerKey && (same.id === id || !same.isAttached);
      return isSame ? same.attach(pair, id) : void decline("These files are already being received.");
    }
    const waiting = this.incoming.filter((one) => one.state === "offered" && one.pair === pair);
    if (waiting.length >= MOST_OFFERS) return void decline("Too many offers wait for an answer.");
    const saved = await transfers.load(list).catch(() => undefined);
    if (pair.isOver) return;
    const transfer = new IncomingTransfer({ id, files, pair, saved, changed, store: transfers });
    this.incoming.push(transfer);
    this.#remember(pair);
    offered(transfer, peer, saved?.peerKey === pair.peerKey);
    changed();
  }
}

function bytesPerSecond({ hello }: Client<object>): number {
  const { limits } = hello;
  if (typeof limits !== "object" || limits === null || !("bytesPerSecond" in limits)) return 0;
  return typeof limits.bytesPerSecond === "number" ? limits.bytesPerSecond : 0;
}
