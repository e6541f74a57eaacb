import type { Attributes, Room } from "@achex/client";
import type { ReadonlySignal } from "@preact/signals";
import { colorFrom } from "./colors.ts";
import type { Claim } from "./host-duties.ts";
import { idOf } from "./identity.ts";
import { nameFrom } from "./names.ts";
import type { Player } from "./players.ts";
import type { RoomView } from "./room-view.ts";
import { SeatClaim } from "./seat-claim.ts";

type Data = Record<string, unknown>;
export type Attribute = Attributes[string] | undefined;
type Own = Readonly<Record<string, Attribute>>;

export interface MyPartOptions {
  readonly hub: Room<Data, Data>;
  readonly view: RoomView;
  /** Proves my id to the host. */
  readonly key: string;
  readonly name: string;
  readonly color: number;
  readonly isSpectator: boolean;
  readonly lateSeats: boolean;
  /** Whether the page is hidden: it should then not be the host. */
  readonly isHidden: ReadonlySignal<boolean>;
  mySid(): number | undefined;
  /** Sends to the host. */
  send(kind: "$claim" | "$leave", data: Claim | Data, host: Player): void;
  /** Does the same if I am the host. */
  claim(claim: Claim, me: Player): void;
  leave(me: Player): void;
}

/** What this client says about itself in the room, and asks of the host: name, colour, ready mark, seat. */
export class MyPart {
  readonly #options: MyPartOptions;
  readonly #claim = new SeatClaim();
  #attributes: Own;
  #wantsHost: boolean;

  constructor(options: MyPartOptions) {
    this.#options = options;
    const { key, name, color, isSpectator } = options;
    this.#attributes = {
      id: idOf(key),
      name: nameFrom(name),
      color: colorFrom(color),
      ready: 0,
      spectator: isSpectator,
    };
    this.#wantsHost = !options.isHidden.value;
  }

  get attributes(): Attributes {
    return Object.fromEntries(
      Object.entries(this.#attributes).filter(([, value]) => value !== undefined),
    ) as Attributes;
  }

  get wantsHost(): boolean {
    return this.#wantsHost;
  }

  setAttributes(patch: Own): void {
    this.#attributes = { ...this.#attributes, ...patch };
    const { hub } = this.#options;
    if (hub.status !== "out") hub.setAttributes(patch).catch(() => {});
  }

  setReady(isReady: boolean): void {
    this.setAttributes({ ready: isReady ? this.#options.view.phase.peek().round + 1 : 0 });
  }

  setName(name: string): void {
    this.setAttributes({ name: nameFrom(name, String(this.#attributes.name)) });
    this.#renewSeat();
  }

  setColor(color: number): void {
    this.setAttributes({ color: colorFrom(color) });
    this.#renewSeat();
  }

  setSpectator(isSpectator: boolean): void {
    this.setAttributes({ spectator: isSpectator, ready: 0 });
    if (isSpectator) this.leaveSeat();
    this.update();
  }

  takeSeat(seat?: number): void {
    const { key, claim } = this.#options;
    const data = { key, ...(seat !== undefined && { seat }) };
    this.#toHost("$claim", data, (me) => claim(data, me));
  }

  leaveSeat(): void {
    this.#toHost("$leave", {}, (me) => this.#options.leave(me));
  }

  /** To be called when anything in the room has changed. */
  update(): void {
    const { hub, view, lateSeats, mySid } = this.#options;
    if (hub.status !== "in") return;
    const isDue = this.#claim.isDue({
      ...{ id: String(this.#attributes.id), mySid: mySid(), term: hub.term, hasHost: view.host.peek() !== undefined },
      ...{
        isSpectator: this.#attributes.spectator === true,
        lateSeats,
        seats: view.seats.peek(),
        phase: view.phase.peek(),
      },
      present: new Set(hub.members.map(({ sid }) => sid)),
    });
    if (isDue) this.takeSeat();
    this.#offerToHost();
  }

  /** A hidden page runs its timers rarely, so it leaves the decisions to another member, if there is one. */
  #offerToHost(): void {
    const { hub, view, isHidden } = this.#options;
    const others = view.players.peek().some(({ isMe, status }) => !isMe && status === "here");
    const wants = !(isHidden.peek() && others);
    if (wants === this.#wantsHost) return;
    this.#wantsHost = wants;
    hub.join({ host: wants }).catch(() => {});
  }

  /** The seat shows name and colour also while its owner is gone. */
  #renewSeat(): void {
    if (this.#options.view.me.peek()?.seat !== undefined) this.takeSeat();
  }

  #toHost(kind: "$claim" | "$leave", data: Claim | Data, asHost: (me: Player) => void): void {
    const { hub, view, send } = this.#options;
    const me = view.me.peek();
    const host = view.host.peek();
    // What was set just now shows in the list of players only when the server has accepted it.
    if (me && hub.isHost)
      asHost({
        ...me,
        attributes: this.attributes,
        name: String(this.#attributes.name),
        color: colorFrom(this.#attributes.color),
      });
    else if (host) send(kind, data, host);
  }
}
