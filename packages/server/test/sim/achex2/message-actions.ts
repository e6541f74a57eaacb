import { binaryFrame } from "../../kit/binary-frame.ts";
import type { Random } from "../random.ts";
import type { Reply, SimClient } from "./client.ts";
import type { SentMessages } from "./sent-messages.ts";
import { type AddressKind, NAMES, ROOMS, type SimState } from "./state.ts";

/** What message actions need from the simulator. */
export interface MessageContext {
  readonly random: Random;
  readonly simState: SimState;
  readonly messages: SentMessages;
  readonly clients: readonly SimClient[];
  readonly closedDuringLogin: readonly SimClient[];
  /** A room has more members than a roster lists, so followers may know its members a second late. */
  readonly isCrowded: boolean;
  send(client: SimClient, frame: string | Uint8Array): void;
}

interface Address {
  readonly kind: AddressKind;
  readonly targets: readonly (string | number)[];
}

/** A session id that does not exist. */
const NOBODY = 2_000_000;
const isRoom = (kind: AddressKind) => kind === "bc" || kind === "toH";

/** Sends messages, calls and answers, and records who should receive each and what its sender should be told. */
export class MessageActions {
  private calls = 0;

  constructor(private readonly context: MessageContext) {}

  message(sender: SimClient): void {
    const { random } = this.context;
    const address = this.address();
    const isBinary = sender.isAchex2 && random.chance(0.25);
    const n = this.record(sender, address, isBinary);
    const snapshot = isBinary ? {} : this.snapshot(sender, address);
    const frame = { ...this.addressKeys(address), n, ...snapshot, ...(sender.isAchex2 ? {} : { legacy: true }) };
    const isAnswered = sender.isAchex2 && random.chance(0.8);
    const $ref = isAnswered ? sender.nextRef((reply) => this.context.messages.replied(n, reply)) : undefined;
    const text = JSON.stringify({ ...($ref !== undefined && { $ref }), ...frame });
    this.context.send(sender, isBinary ? binaryFrame(text, new Uint8Array(random.below(9))) : text);
  }

  /** A legacy client sends the keys of an achex.2 call. */
  forgedCall(sender: SimClient): void {
    const { random } = this.context;
    const address = this.address();
    const n = this.record(sender, address, false, true);
    const forged = random.pick<object>([
      { $call: { id: 1 } },
      { $answer: { id: random.below(9) } },
      { $call: { cancel: 1 } },
    ]);
    this.context.send(sender, JSON.stringify({ ...this.addressKeys(address), ...forged, n, legacy: true }));
  }

  call(sender: SimClient): void {
    const { random } = this.context;
    const [known] = sender.outgoingCalls;
    if (known !== undefined && random.chance(0.3)) {
      this.cancel(sender, known);
      return;
    }
    const id = known !== undefined && random.chance(0.2) ? known : ++this.calls;
    const address = this.address(["to", "toS"]);
    // An id in use is rejected; whether the call is still open is not known here.
    const n = id === known ? this.context.messages.add(undefined, 0) : this.record(sender, address, true);
    const $ref = sender.nextRef((reply) => {
      this.context.messages.replied(n, reply);
      if (reply.result) sender.outgoingCalls.add(id);
    });
    this.context.send(sender, JSON.stringify({ $ref, ...this.addressKeys(address), $call: { id }, n }));
  }

  answer(sender: SimClient): void {
    const { random } = this.context;
    const incoming = sender.incomingCalls[random.below(sender.incomingCalls.length)];
    const { caller, id } = incoming ?? { caller: NOBODY, id: 1 };
    const more = random.pick<object>([{ more: true }, {}, {}, { fault: { code: "mine" } }]);
    const n = this.context.messages.add(undefined, 0);
    const $ref = sender.nextRef((reply: Reply) => {
      this.context.messages.replied(n, reply);
      const index = sender.incomingCalls.findIndex((one) => one.caller === caller && one.id === id);
      const isOver = reply.fault === undefined ? !("more" in more) : reply.fault === "no-such-call";
      if (index >= 0 && isOver) sender.incomingCalls.splice(index, 1);
    });
    this.context.send(sender, JSON.stringify({ toS: caller, $answer: { id, ...more }, n, $ref }));
  }

  private cancel(sender: SimClient, id: number): void {
    const $ref = sender.nextRef(() => sender.outgoingCalls.delete(id));
    this.context.send(sender, JSON.stringify({ $ref, to: "anyone", $call: { cancel: id } }));
  }

  private record(sender: SimClient, { kind, targets }: Address, achex2Only: boolean, legacyOnly = false): number {
    const { simState, closedDuringLogin, messages } = this.context;
    // It waits behind a login, and who will be where by then is not known.
    if (sender.verdict) return messages.add(undefined, Number.POSITIVE_INFINITY);
    if (sender.state.name === undefined) return messages.add(new Set(), 0);
    const closed = new Set(closedDuringLogin.map(({ state }) => state.sid));
    const receivers = simState
      .receivers(sender.state, kind, targets)
      .filter(({ sid }) => !closed.has(sid))
      .filter(({ dialect }) => (dialect === "achex.2" ? !legacyOnly : !achex2Only));
    return messages.add(new Set(receivers.map(({ sid }) => sid)), closedDuringLogin.length);
  }

  private address(kinds: readonly [AddressKind, ...AddressKind[]] = ["to", "toS", "bc", "toH"]): Address {
    const { random } = this.context;
    const kind = random.pick(kinds);
    const count = random.chance(0.3) ? 2 + random.below(3) : 1;
    return { kind, targets: Array.from({ length: count }, () => this.target(kind)) };
  }

  private target(kind: AddressKind): string | number {
    const { random, clients } = this.context;
    if (kind === "to") return random.pick([...NAMES, "nobody"]);
    if (kind === "toS") return clients[random.below(clients.length + 1)]?.state.sid ?? NOBODY;
    return random.pick(ROOMS).name;
  }

  private addressKeys({ kind, targets }: Address): Readonly<Record<string, unknown>> {
    const [only] = targets;
    return { [kind]: targets.length === 1 && this.context.random.chance(0.8) ? only : targets };
  }

  /** The members of the room when the message is sent: a follower must know the same when it arrives. */
  private snapshot({ state, verdict }: SimClient, { kind, targets }: Address): { readonly snapshot?: string } {
    const [only] = targets;
    if (verdict || this.context.isCrowded || !isRoom(kind) || targets.length > 1 || typeof only !== "string") return {};
    const room = { kind: kind === "bc" ? "bc" : "hub", name: only } as const;
    return { snapshot: JSON.stringify(this.context.simState.members(state.instance, room)) };
  }
}
