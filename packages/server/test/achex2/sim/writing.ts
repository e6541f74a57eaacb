import { binaryFrame } from "../../kit/binary-frame.ts";
import type { Random } from "../../sim/random.ts";
import type { Letters } from "./letters.ts";
import type { Resident, Said } from "./resident.ts";
import { type AddressKind, NAMES, ROOMS, type Truth } from "./truth.ts";

/** Where messages are written. */
export interface Desk {
  readonly random: Random;
  readonly truth: Truth;
  readonly letters: Letters;
  readonly residents: readonly Resident[];
  readonly dying: readonly Resident[];
  readonly isCrowded: boolean;
  send(resident: Resident, frame: string | Uint8Array): void;
}

interface Address {
  readonly kind: AddressKind;
  readonly targets: readonly (string | number)[];
}

/** A session id nobody has. */
const NOBODY = 2_000_000;
const isRoom = (kind: AddressKind) => kind === "bc" || kind === "toH";

/** Messages, calls and answers: who should get them, and what their senders are told. */
export class Writing {
  private calls = 0;

  constructor(private readonly desk: Desk) {}

  message(sender: Resident): void {
    const { random } = this.desk;
    const address = this.address();
    const isBinary = sender.isOwn && random.chance(0.25);
    const n = this.post(sender, address, isBinary);
    const snapshot = isBinary ? {} : this.snapshot(sender, address);
    const frame = { ...this.spelt(address), n, ...snapshot, ...(sender.isOwn ? {} : { old: true }) };
    const isAnswered = sender.isOwn && random.chance(0.8);
    const $ref = isAnswered ? sender.reference((said) => this.desk.letters.told(n, said)) : undefined;
    const text = JSON.stringify({ ...($ref !== undefined && { $ref }), ...frame });
    this.desk.send(sender, isBinary ? binaryFrame(text, new Uint8Array(random.below(9))) : text);
  }

  /** An old client plays achex.2. */
  forgery(sender: Resident): void {
    const { random } = this.desk;
    const address = this.address();
    const n = this.post(sender, address, false, true);
    const forged = random.pick<object>([
      { $call: { id: 1 } },
      { $answer: { id: random.below(9) } },
      { $call: { cancel: 1 } },
    ]);
    this.desk.send(sender, JSON.stringify({ ...this.spelt(address), ...forged, n, old: true }));
  }

  call(sender: Resident): void {
    const { random } = this.desk;
    const [known] = sender.calls;
    if (known !== undefined && random.chance(0.3)) {
      this.cancel(sender, known);
      return;
    }
    const id = known !== undefined && random.chance(0.2) ? known : ++this.calls;
    const address = this.address(["to", "toS"]);
    // An id that is in use is refused, and whether it still is cannot be known from here.
    const n = id === known ? this.desk.letters.post(undefined, 0) : this.post(sender, address, true);
    const $ref = sender.reference((said) => {
      this.desk.letters.told(n, said);
      if (said.result) sender.calls.add(id);
    });
    this.desk.send(sender, JSON.stringify({ $ref, ...this.spelt(address), $call: { id }, n }));
  }

  answer(sender: Resident): void {
    const { random } = this.desk;
    const asked = sender.asked[random.below(sender.asked.length)];
    const { caller, id } = asked ?? { caller: NOBODY, id: 1 };
    const more = random.pick<object>([{ more: true }, {}, {}, { fault: { code: "mine" } }]);
    const n = this.desk.letters.post(undefined, 0);
    const $ref = sender.reference((said: Said) => {
      this.desk.letters.told(n, said);
      const index = sender.asked.findIndex((one) => one.caller === caller && one.id === id);
      const isOver = said.fault === undefined ? !("more" in more) : said.fault === "no-such-call";
      if (index >= 0 && isOver) sender.asked.splice(index, 1);
    });
    this.desk.send(sender, JSON.stringify({ toS: caller, $answer: { id, ...more }, n, $ref }));
  }

  private cancel(sender: Resident, id: number): void {
    const $ref = sender.reference(() => sender.calls.delete(id));
    this.desk.send(sender, JSON.stringify({ $ref, to: "whoever", $call: { cancel: id } }));
  }

  private post(sender: Resident, { kind, targets }: Address, ownOnly: boolean, oldOnly = false): number {
    const { truth, dying, letters } = this.desk;
    // It waits behind a login: where everybody will be by then is not known.
    if (sender.verdict) return letters.post(undefined, Number.POSITIVE_INFINITY);
    if (sender.being.name === undefined) return letters.post(new Set(), 0);
    const gone = new Set(dying.map(({ being }) => being.sid));
    const receivers = truth
      .receivers(sender.being, kind, targets)
      .filter(({ sid }) => !gone.has(sid))
      .filter(({ dialect }) => (dialect === "achex.2" ? !oldOnly : !ownOnly));
    return letters.post(new Set(receivers.map(({ sid }) => sid)), dying.length);
  }

  private address(kinds: readonly [AddressKind, ...AddressKind[]] = ["to", "toS", "bc", "toH"]): Address {
    const { random } = this.desk;
    const kind = random.pick(kinds);
    const count = random.chance(0.3) ? 2 + random.below(3) : 1;
    return { kind, targets: Array.from({ length: count }, () => this.target(kind)) };
  }

  private target(kind: AddressKind): string | number {
    const { random, residents } = this.desk;
    if (kind === "to") return random.pick([...NAMES, "nobody"]);
    if (kind === "toS") return residents[random.below(residents.length + 1)]?.being.sid ?? NOBODY;
    return random.pick(ROOMS).name;
  }

  private spelt({ kind, targets }: Address): Readonly<Record<string, unknown>> {
    const [only] = targets;
    return { [kind]: targets.length === 1 && this.desk.random.chance(0.8) ? only : targets };
  }

  /** Who is in the room as the message is sent: a follower must know the same when it comes. */
  private snapshot({ being, verdict }: Resident, { kind, targets }: Address): { readonly snapshot?: string } {
    const [only] = targets;
    if (verdict || this.desk.isCrowded || !isRoom(kind) || targets.length > 1 || typeof only !== "string") return {};
    const room = { kind: kind === "bc" ? "bc" : "hub", name: only } as const;
    return { snapshot: JSON.stringify(this.desk.truth.members(being.instance, room)) };
  }
}
