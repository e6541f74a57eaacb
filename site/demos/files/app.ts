import { Fault } from "@achex/client";
import {
  deviceName,
  Exchange,
  INSTANCE,
  type IncomingTransfer,
  invitationFrom,
  linkTo,
  newCode,
  newSecret,
  type OutgoingTransfer,
  type Peer,
  secretFrom,
} from "@achex/files";
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { readPreference, storePreference } from "../shared/app/preferences.ts";
import { type Account, GameConnection } from "../shared/connection/game-connection.ts";
import { tabIdentity } from "../shared/connection/tab-identity.ts";
import { randomName } from "../shared/room/names.ts";
import { Arrivals } from "./net/arrivals.ts";
import { createDirectLink } from "./net/direct-link.ts";
import { BrowserSecrets } from "./net/secrets.ts";
import { keepAwake } from "./net/wake-lock.ts";
import { Database, type Sending } from "./storage/database.ts";
import { Disk } from "./storage/disk.ts";
import { allowedAgain, handledFiles, type Picked } from "./storage/sources.ts";

/** How often figures are drawn while something travels, ms. */
const REFRESH = 150;

const isPhone = (): boolean => matchMedia("(pointer: coarse)").matches && Math.min(screen.width, screen.height) < 600;

const textOf = (error: unknown): string =>
  error instanceof Fault
    ? `${error.message} ${error.remedy}`.trim()
    : error instanceof Error
      ? error.message
      : String(error);

/** The state of the page: a room, who is in it, and what travels. */
export class FilesApp {
  readonly connection: ReadonlySignal<GameConnection | undefined>;
  readonly exchange: ReadonlySignal<Exchange | undefined>;
  /** Counts up after changes of the exchange. Everything that shows a part of it reads this, because its objects stay the same. */
  readonly changes = signal(0);
  readonly code: Signal<string> = signal("");
  readonly link = signal("");
  readonly problem: Signal<string> = signal("");
  readonly needsAccount = signal(false);
  readonly kind = isPhone() ? "phone" : "computer";
  readonly name = signal(deviceName(readPreference("device") ?? randomName()));
  readonly usesDirect = signal(readPreference("direct") !== "no");
  /** What was being sent when the page was closed. */
  readonly interrupted = signal<readonly Sending[]>([]);
  readonly database = new Database();
  readonly disk = new Disk();
  readonly arrivals = new Arrivals(this.database, this.disk);
  readonly #connection = signal<GameConnection | undefined>(undefined);
  readonly #exchange = signal<Exchange | undefined>(undefined);
  /** Transfers whose end has been noted. */
  readonly #ended = new WeakSet<OutgoingTransfer>();
  #timer = 0;
  readonly #peerNames = new WeakMap<OutgoingTransfer | IncomingTransfer, string>();
  readonly #secrets = new BrowserSecrets();

  constructor() {
    this.connection = this.#connection;
    this.exchange = this.#exchange;
  }

  /** Connects, and enters the room of the address, or a new one. */
  async start(account?: Account): Promise<void> {
    this.needsAccount.value = false;
    this.problem.value = "";
    this.#connection.peek()?.close();
    const identity = await tabIdentity(INSTANCE);
    const connection = new GameConnection({
      ...{ url: location.origin, game: INSTANCE, identity },
      ...(account && { account }),
    });
    this.#connection.value = connection;
    connection.refusal.subscribe((fault) => {
      if (!fault) return;
      this.needsAccount.value = true;
      this.problem.value = `The relay did not let you in. ${fault.message} ${fault.remedy}`.trim();
    });
    await this.arrivals.restore();
    const invitation = invitationFrom(location.href);
    await this.enter(invitation?.code ?? newCode(), invitation ? secretFrom(location.hash) : newSecret());
  }

  /** Joins a room by what somebody typed. */
  async join(text: string): Promise<void> {
    const invitation = invitationFrom(text);
    if (!invitation) {
      this.problem.value = "A room code has five letters and digits, such as K7BQ2. Check it, or paste the whole link.";
      return;
    }
    await this.enter(invitation.code, invitation.secret);
  }

  async enter(code: string, secret: Uint8Array<ArrayBuffer> | undefined): Promise<void> {
    const connection = this.#connection.peek();
    if (!connection) return;
    await this.leave();
    this.problem.value = "";
    this.code.value = code;
    this.link.value = linkTo(`${location.origin}${location.pathname}`, code, secret);
    history.replaceState(null, "", this.link.value);
    const exchange = new Exchange({
      ...{ client: connection.client, code, linkSecret: secret, name: this.name.peek() },
      kind: this.kind,
      ...{ secrets: this.#secrets, transfers: this.database, marks: this.database.marks },
      createHasher: this.disk.createHasher,
      ...(createDirectLink && { createDirectLink }),
      offered: (transfer, peer, canContinue) => this.arrivals.offered(transfer, peer, canContinue),
      changed: () => this.#changed(),
      ignored: (why) => connection.log.reject(why),
    });
    exchange.setDirect(this.usesDirect.peek());
    this.#exchange.value = exchange;
    try {
      await exchange.room.join();
    } catch (error) {
      this.problem.value = `The room cannot be joined. ${textOf(error)}`;
    }
    this.interrupted.value = (await this.database.sending()).filter((one) => one.code === code);
  }

  async leave(): Promise<void> {
    const exchange = this.#exchange.peek();
    if (!exchange) return;
    this.#exchange.value = undefined;
    await exchange.close();
    await exchange.room.leave().catch(() => {});
  }

  /** Offers files to a device. */
  async send(peer: Peer, picked: Picked): Promise<OutgoingTransfer | undefined> {
    const exchange = this.#exchange.peek();
    if (!exchange) return undefined;
    this.problem.value = "";
    try {
      const transfer = exchange.send(peer, picked.sources);
      const { list, files, peerKey } = transfer;
      this.interrupted.value = this.interrupted.peek().filter((one) => one.list !== list);
      const { handles } = picked;
      await this.database.addSending({ list, files, peerKey, handles, code: this.code.peek(), peer: peer.name });
      return transfer;
    } catch (error) {
      this.problem.value = textOf(error);
      return undefined;
    }
  }

  /** Sends dropped files to the only device. */
  async drop(picked: Picked): Promise<void> {
    const ready = [...(this.#exchange.peek()?.room.peers.values() ?? [])].filter(({ pair }) => pair);
    const [peer] = ready;
    if (ready.length !== 1 || !peer)
      this.problem.value = "Drop files when exactly one other device is here. Use its buttons.";
    else if (!peer.pair?.isVerified) this.problem.value = "Use “Send files” the first time, to compare emoji.";
    else await this.send(peer, picked);
  }

  /** How the other side of a transfer is called, also while it is gone. */
  peerName(transfer: OutgoingTransfer | IncomingTransfer): string {
    const found = this.#exchange.peek()?.peerOf(transfer)?.name ?? this.#peerNames.get(transfer) ?? "the other device";
    this.#peerNames.set(transfer, found);
    return found;
  }

  /** Sends again what a reload interrupted; `picked` are the files, if the user had to choose them again. */
  async continueSending(sending: Sending, picked?: Picked): Promise<void> {
    const peers = [...(this.#exchange.peek()?.room.peers.values() ?? [])];
    const peer =
      peers.find(({ pair }) => pair?.peerKey === sending.peerKey) ?? (peers.length === 1 ? peers[0] : undefined);
    if (!peer?.pair) {
      this.problem.value = `${sending.peer} is not here. Keep this page open until it is.`;
      return;
    }
    try {
      if (!picked && !(await allowedAgain(sending.handles)))
        throw new Error("The browser may not read the files. Choose them again.");
      const found = picked ?? (await handledFiles(sending.handles));
      const transfer = await this.send(peer, { ...found, handles: picked ? picked.handles : sending.handles });
      if (transfer && transfer.list !== sending.list)
        this.problem.value = "These are other files, or they have changed, so they are sent from the beginning.";
    } catch (error) {
      this.problem.value = textOf(error);
    }
  }

  async dismiss(sending: Sending): Promise<void> {
    await this.database.removeSending(sending.list);
    await this.database.marks.remove(sending.list);
    this.interrupted.value = this.interrupted.peek().filter((one) => one !== sending);
  }

  /** The new name is shown to others who join from now on, and to all after a reload. */
  setName(name: string): void {
    this.name.value = deviceName(name);
    storePreference("device", this.name.value);
    this.#exchange.peek()?.room.rename(this.name.value);
  }

  setDirect(isAllowed: boolean): void {
    this.usesDirect.value = isAllowed;
    storePreference("direct", isAllowed ? undefined : "no");
    this.#exchange.peek()?.setDirect(isAllowed);
  }

  forget(transfer: OutgoingTransfer | IncomingTransfer): void {
    this.#exchange.peek()?.forget(transfer);
  }

  /** Changes come more often than anybody can read. */
  #changed(): void {
    this.#timer ||= window.setTimeout(() => {
      this.#timer = 0;
      this.arrivals.tidy();
      this.changes.value++;
    }, REFRESH);
    const { outgoing = [], incoming = [] } = this.#exchange.peek() ?? {};
    for (const transfer of outgoing) {
      if (!transfer.isOver || this.#ended.has(transfer)) continue;
      this.#ended.add(transfer);
      void this.database.removeSending(transfer.list);
    }
    keepAwake([...outgoing, ...incoming].some(({ state }) => state === "running" || state === "finishing"));
  }
}
