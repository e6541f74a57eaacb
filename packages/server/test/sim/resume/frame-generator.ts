import { binaryFrame } from "../../kit/binary-frame.ts";
import { type AddressKind, NAMES, ROOMS, type Room } from "../achex2/state.ts";
import type { Random } from "../random.ts";
import { type Address, LARGE, type MessageText, type SimFrame, type SimRequest } from "./frames.ts";
import type { ModelSession } from "./model-session.ts";
import { randomWrite, writeKeys } from "./random-write.ts";

/** A service whose instances take turns (delivery "one"). */
export const TURN_SERVICE = "desk";
/** A session id that does not exist. */
const NOBODY = 2_000_000;

const INVALID: readonly [readonly [object, string], ...(readonly [object, string])[]] = [
  [{ $foo: 1 }, "unknown-key"],
  [{ to: [] }, "bad-target"],
  [{ $time: 1 }, "bad-value"],
  [{ toH: "h", $call: { id: 1 } }, "bad-value"],
  [{ n: 1 }, "no-verb"],
];

/** What a client may refer to. */
export interface SenderView {
  readonly isAchex2: boolean;
  /** It waits for a login to be decided. */
  readonly hasSlowLogin: boolean;
  /** Calls it received: caller and id. */
  readonly calls: readonly { readonly caller: number; readonly id: number }[];
  /** Ids of the calls it made. */
  readonly asked: readonly number[];
  knownRoom(room: Room): { readonly version: number; readonly term: number } | undefined;
}

/** Generates the frames of simulated clients. Each message has a number of its own, so that no two are equal. */
export class FrameGenerator {
  private refs = 0;
  private numbers = 0;
  private tickets = 0;

  constructor(
    private readonly random: Random,
    private readonly sessions: () => readonly ModelSession[],
    /** Clients follow rooms and write to them. */
    private readonly hasRooms: boolean,
  ) {}

  next(sender: SenderView): SimFrame {
    const { random } = this;
    if (!sender.isAchex2) return this.legacy(sender);
    if (this.hasRooms && random.chance(0.35)) return this.roomFrame(sender);
    const weights = { login: 6, join: 14, leave: 6, message: 70, call: 10, answer: 14, watch: 5, simple: 6, retire: 1 };
    switch (random.weighted(weights)) {
      case "login":
        return this.login(sender);
      case "join":
        return this.join(true);
      case "leave":
        return this.leave(true);
      case "call":
        return this.call(sender);
      case "answer":
        return this.answer(sender);
      case "watch": {
        const names = NAMES.filter(() => random.chance(0.5));
        const kind = random.chance(0.3) ? "unwatch" : "watch";
        return this.frame({ [`$${kind}`]: names }, { kind, names });
      }
      case "simple":
        return this.simple();
      case "retire":
        return this.frame({ $retire: true }, { kind: "retire" });
      default:
        return this.message(true);
    }
  }

  /** `isFast` for a login that is decided at once. */
  login({ isAchex2, hasSlowLogin }: Pick<SenderView, "isAchex2" | "hasSlowLogin">): SimFrame {
    const { random } = this;
    const service = isAchex2 && random.chance(0.3) ? TURN_SERVICE : undefined;
    const name = service ?? random.pick(NAMES);
    const granted = random.chance(0.9);
    const ticket = !hasSlowLogin && random.chance(0.2) ? ++this.tickets : undefined;
    const passwd = `${granted ? "good" : "bad"} ${ticket ?? ""}`;
    const frame = { [service === undefined ? random.pick(["setID", "auth"]) : "serviceID"]: name, passwd };
    return this.frame(frame, { kind: "login", name, service, granted, ticket }, isAchex2);
  }

  private legacy(sender: SenderView): SimFrame {
    switch (this.random.weighted({ login: 8, join: 20, leave: 8, message: 60 })) {
      case "login":
        return this.login(sender);
      case "join":
        return this.join(false);
      case "leave":
        return this.leave(false);
      default:
        return this.message(false);
    }
  }

  private join(isAchex2: boolean): SimFrame {
    const { random } = this;
    const room = random.pick(ROOMS);
    const attributes = isAchex2 && random.chance(0.5) ? { a: random.below(9) } : undefined;
    const presence = isAchex2 ? random.pick([true, true, undefined, false] as const) : undefined;
    const verb = room.kind === "hub" ? { joinHub: room.name } : { cmd: "register_broadcast", bid: room.name };
    const follows = isAchex2 && this.hasRooms ? random.pick([true, true, undefined, false] as const) : undefined;
    const wantsHost = follows === true ? random.pick([true, undefined, undefined, false] as const) : undefined;
    const own = {
      ...(attributes && { $attributes: attributes }),
      ...(presence !== undefined && { $presence: presence }),
      ...(follows !== undefined && { $state: follows }),
      ...(wantsHost !== undefined && { $host: wantsHost }),
    };
    return this.frame({ ...verb, ...own }, { kind: "join", room, presence, attributes, follows, wantsHost }, isAchex2);
  }

  private leave(isAchex2: boolean): SimFrame {
    const room = this.random.pick(ROOMS);
    const frame = room.kind === "hub" ? { leaveHub: room.name } : { cmd: "unregister_broadcast", bid: room.name };
    return this.frame(frame, { kind: "leave", room }, isAchex2);
  }

  private message(isAchex2: boolean): SimFrame {
    const { random } = this;
    const toService: Address = { kind: "to", targets: [TURN_SERVICE] };
    // Only messages: which instance receives one is not predicted, and so not who may answer a call.
    const address = random.chance(0.12) ? toService : this.address(["to", "toS", "bc", "toH", "toH"]);
    const body = isAchex2 && random.chance(0.2) ? new Uint8Array(random.below(9)) : undefined;
    const message = this.text({ ...this.addressKeys(address), n: ++this.numbers }, body);
    return this.messageFrame(message, { kind: "message", address, message }, isAchex2 ? 0.7 : 0);
  }

  /** A message to a hub that is sent to three or more members over several turns. */
  large(): SimFrame {
    const address: Address = { kind: "toH", targets: [this.random.pick(ROOMS).name] };
    const message = this.text(
      { ...this.addressKeys(address), n: ++this.numbers, filler: "x".repeat(LARGE) },
      undefined,
    );
    return this.messageFrame(message, { kind: "message", address, message }, 0.7);
  }

  /** A write to a room, a message that is valid in one term of it, or the end of being its host. */
  private roomFrame(sender: SenderView): SimFrame {
    const { random } = this;
    const room = random.pick(ROOMS);
    const known = sender.knownRoom(room);
    // The model reads the term when a frame arrives, and not when it is handled after a login.
    const term = known && known.term >= 0 && random.chance(0.3) && !sender.hasSlowLogin ? known.term : undefined;
    if (random.chance(0.1)) return this.frame({ $host: { [room.kind]: room.name } }, { kind: "handOver", room });
    if (term !== undefined && random.chance(0.4)) {
      const address: Address = { kind: room.kind === "hub" ? "toH" : "bc", targets: [room.name] };
      const message = this.text({ ...this.addressKeys(address), n: ++this.numbers }, undefined);
      const ref = ++this.refs;
      const payload = `{"$ref":${ref},"$term":${term},${message.head.slice(1)}}`;
      return { payload, ref, request: { kind: "message", address, message, fence: { room, term } } };
    }
    const write = randomWrite(random, room, term, known?.version, ++this.numbers);
    return this.frame({ $set: writeKeys(write) }, { kind: "write", write });
  }

  private call(sender: SenderView): SimFrame {
    const { random } = this;
    const known = sender.asked[random.below(sender.asked.length)];
    if (known !== undefined && random.chance(0.25))
      return this.frame({ to: "anyone", $call: { cancel: known } }, { kind: "cancel", id: known });
    const id = known !== undefined && random.chance(0.1) ? known : ++this.numbers;
    const address = this.address(["to", "toS"]);
    const message = this.text({ ...this.addressKeys(address), $call: { id }, n: ++this.numbers }, undefined);
    return this.messageFrame(message, { kind: "call", address, message, id }, 0.9);
  }

  private answer(sender: SenderView): SimFrame {
    const { random } = this;
    const { caller, id } = sender.calls[random.below(sender.calls.length)] ?? { caller: NOBODY, id: 1 };
    const kind = random.pick(["final", "more", "fault", "decline"] as const);
    const fault = { code: kind === "decline" ? "no-handler" : "mine" };
    const $answer = kind === "final" ? { id } : kind === "more" ? { id, more: true } : { id, fault };
    const [isFinal, declines] = [kind !== "more", kind === "decline"];
    const message = this.text({ toS: caller, $answer, n: ++this.numbers }, undefined);
    return this.messageFrame(message, { kind: "answer", message, caller, id, isFinal, declines }, 0.7);
  }

  private simple(): SimFrame {
    const { random } = this;
    const kind = random.pick(["time", "echo", "invalid"] as const);
    if (kind === "time") return this.frame({ $time: true }, { kind });
    if (kind === "echo") {
      const text = JSON.stringify({ echo: ++this.numbers });
      return { payload: text, ref: undefined, request: { kind, text } };
    }
    const [frame, code] = random.pick(INVALID);
    return this.frame(frame, { kind, fault: code });
  }

  private frame(keys: object, request: SimRequest, isAchex2 = true): SimFrame {
    const ref = isAchex2 ? ++this.refs : undefined;
    return { payload: JSON.stringify(ref === undefined ? keys : { $ref: ref, ...keys }), ref, request };
  }

  private messageFrame({ head, body }: MessageText, request: SimRequest, answered: number): SimFrame {
    const ref = this.random.chance(answered) ? ++this.refs : undefined;
    const text = ref === undefined ? `${head}}` : `{"$ref":${ref},${head.slice(1)}}`;
    return { payload: body ? binaryFrame(text, body) : text, ref, request };
  }

  private text(keys: object, body: Uint8Array | undefined): MessageText {
    return { head: JSON.stringify(keys).slice(0, -1), body };
  }

  private address(kinds: readonly [AddressKind, ...AddressKind[]]): Address {
    const kind = this.random.pick(kinds);
    const count = this.random.chance(0.2) ? 2 + this.random.below(2) : 1;
    return { kind, targets: Array.from({ length: count }, () => this.target(kind)) };
  }

  private target(kind: AddressKind): string | number {
    const { random } = this;
    if (kind === "to") return random.pick([...NAMES, "nobody"]);
    if (kind !== "toS") return random.pick(ROOMS).name;
    const sessions = this.sessions();
    return sessions[random.below(sessions.length + 1)]?.id ?? NOBODY;
  }

  private addressKeys({ kind, targets }: Address): Readonly<Record<string, unknown>> {
    const [only] = targets;
    return { [kind]: targets.length === 1 ? only : targets };
  }
}
