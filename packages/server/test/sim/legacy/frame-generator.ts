import type { Random } from "../random.ts";
import type { SimFrame, Target } from "./frames.ts";

type Names = readonly [string, ...string[]];

// Few of each, so that sessions interact; one word is user, hub and broadcast, so that a mix-up is detected.
const USERS: Names = ["Ann", "Bob", 'Cid "the\\" 3rd', "x", "42"];
const SERVICES: Names = ["calc", "print"];
const TAGS: Names = ["Ann", "calc-1", "calc-2"];
const HUBS: Names = ["x", "h1", "h2", "42"];
const BROADCASTS: Names = ["x", "b1"];
const JUNK: Names = [
  "",
  "{",
  "nonsense",
  "{}",
  "[1]",
  '{"to":""}',
  '{"to":["Ann",""]}',
  '{"toS":0}',
  '{"msg":"hi"}',
  '{"cmd":"fly"}',
  '{"TO":"Ann"}',
];

const ADDRESS_KEYS = { name: "to", session: "toS", broadcast: "bc", hub: "toH" } as const;

/** Generates the frames of simulated clients. */
export class FrameGenerator {
  private messages = 0;
  private tickets = 0;

  constructor(private readonly random: Random) {}

  login(): SimFrame {
    const { random } = this;
    const service = random.chance(0.4) ? random.pick(SERVICES) : undefined;
    const tag = service !== undefined && random.chance(0.6) ? random.pick(TAGS) : undefined;
    const name = tag ?? service ?? random.pick(USERS);
    const ticket = ++this.tickets;
    const key = service === undefined ? random.pick(["setID", "auth"]) : random.pick(["serviceID", "serverSetID"]);
    const text = JSON.stringify({
      [key]: service ?? name,
      passwd: ticket,
      ...(tag === undefined ? {} : { idtag: tag }),
    });
    const slow = random.chance(0.3);
    return { kind: "login", text, name, service, granted: random.chance(0.85), ticket: slow ? ticket : undefined };
  }

  send(sessions: readonly number[]): SimFrame {
    const { random } = this;
    const to = random.pick(["name", "session", "broadcast", "hub"] as const);
    const count = random.chance(0.3) ? 1 + random.below(5) : 0;
    const targets = Array.from({ length: count || 1 }, () => this.target(to, sessions));
    const spelt = targets.map((target) => this.spell(to, target));
    const value = count === 0 ? (spelt[0] ?? "") : `[${spelt.join(random.pick([",", " , "]))}]`;
    const key = to === "session" && random.chance(0.5) ? "tos" : ADDRESS_KEYS[to];
    const members = [`"${key}":${value}`, `"n":${++this.messages}`, ...(random.chance(0.2) ? ['"m":{"sID":1}'] : [])];
    const head = `${random.pick(["", "", " \n"])}{${random.pick(["", "", " "])}${members.join(random.pick([",", ", "]))}`;
    const tail = random.pick(["", "", "\n"]);
    return { kind: "send", text: this.withForgedStamp(head) + tail, to, targets, head, tail };
  }

  joinOrLeave(): SimFrame {
    const kind = this.random.pick(["join", "join", "leave", "register", "register", "unregister"] as const);
    const hub = this.random.pick(HUBS);
    const bid = this.random.pick(BROADCASTS);
    switch (kind) {
      case "join":
        return { kind, name: hub, text: JSON.stringify({ joinHub: hub === "42" ? 42 : hub }) };
      case "leave":
        return { kind, name: hub, text: JSON.stringify({ leaveHub: hub }) };
      default:
        return { kind, name: bid, text: JSON.stringify({ cmd: `${kind}_broadcast`, bid }) };
    }
  }

  request(): SimFrame {
    const { random } = this;
    const kind = random.pick(["echo", "ping", "serverstat", "junk"] as const);
    if (kind === "echo") return { kind, text: `{"echo":${++this.messages}}` };
    if (kind === "ping") return { kind, text: random.pick(["ping", " latency", '{"ping":1}', '{"cmd":"ping"}']) };
    if (kind === "serverstat") return { kind, text: '{"serverstat":true}' };
    return { kind, text: random.pick(JUNK) };
  }

  private target(to: keyof typeof ADDRESS_KEYS, sessions: readonly number[]): Target {
    const { random } = this;
    if (to === "session") return sessions[random.below(sessions.length + 1)] ?? 2_000_000;
    if (to === "hub") return random.pick(HUBS);
    if (to === "broadcast") return random.pick(BROADCASTS);
    return random.pick([...USERS, ...SERVICES, ...SERVICES, ...TAGS, "nobody"]);
  }

  private spell(to: keyof typeof ADDRESS_KEYS, target: Target): string {
    if (to === "session") return this.random.pick([`${target}`, `"${target}"`, `"${target}@x"`]);
    return target === "42" ? this.random.pick(["42", '"42"']) : JSON.stringify(target);
  }

  /** The text of a message, with or without a stamp that the sender has forged. */
  private withForgedStamp(head: string): string {
    const open = head.indexOf("{") + 1;
    const first = this.random.pick(["", "", '"sID":7,', '"FROM":"Eve","s\\u0049D":{"a":[1,"}"]},']);
    const last = this.random.pick(["", "", ',"FROM":"Eve"', ',"sID":1,"sID":2']);
    return `${head.slice(0, open)}${first}${head.slice(open)}${last}}`;
  }
}
