import { isJsonObject, type JsonObject } from "@achex/protocol";
import { pace } from "../kit/pace.ts";
import type { HostNumber } from "./network.ts";
import { faultOf, Session } from "./session.ts";
import type { RoundContext } from "./trouble.ts";

/** Which host each term had, by everything that any follower heard. */
export class Terms {
  private readonly hosts = new Map<number, number>();
  readonly seen = new Set<number>();

  constructor(private readonly problem: (text: string) => void) {}

  note(term: number, host: number | undefined, who: string): void {
    this.seen.add(term);
    if (host === undefined) return;
    const before = this.hosts.getOrInsert(term, host);
    if (before !== host) this.problem(`term ${term} has two hosts, ${before} and ${host}, the latter for ${who}`);
  }
}

interface Place {
  readonly host: HostNumber;
  readonly room: string;
  readonly context: RoundContext;
  readonly terms: Terms;
  /** Somebody has left, or has joined, as this follower heard. */
  presence(follower: Follower, event: "joined" | "left", sid: number): void;
}

/** A member of a room at one node that follows it, and comes back whenever its connection is lost. */
export class Follower {
  session: Session | undefined;
  term = 0;
  hostSid: number | undefined;
  readonly values = new Map<string, unknown>();
  readonly members = new Map<number, string>();
  readonly online = new Map<string, boolean>();
  private version = -1;
  private isClosed = false;

  constructor(private readonly place: Place) {}

  get number(): HostNumber {
    return this.place.host;
  }

  get name(): string {
    return `${this.place.context.id}-follower${this.number}`;
  }

  async begin(watched: readonly string[]): Promise<void> {
    const { context, host, room } = this.place;
    this.session = undefined;
    const frame = (frame: JsonObject) => this.frame(frame);
    const options = { urls: [context.url(host)], name: this.name, password: "f", frame };
    const session = await Session.open(options, () => !this.isClosed);
    if (!session) return;
    this.values.clear();
    this.members.clear();
    this.version = -1;
    void session.closed.then(() => (this.isClosed ? undefined : this.begin(watched)));
    const watching = await session.result({ $watch: [...watched] });
    const list = Array.isArray(watching?.online) ? watching.online : [];
    for (const name of watched) this.online.set(name, list.includes(name));
    while (session.isOpen && !this.isClosed) {
      const reply = await session.ask({ joinHub: room, $state: true, $presence: true });
      if (!reply || faultOf(reply) === undefined) break;
      await pace(100);
    }
    this.session = session;
  }

  close(): void {
    this.isClosed = true;
    this.session?.close();
  }

  private frame({ $state, $room, $host, $roster, $joined, $left, $online, $offline }: JsonObject): void {
    if (isJsonObject($state)) this.state($state);
    if (isJsonObject($room)) this.room(Number($room.term), isJsonObject($room.host) ? $room.host.sid : undefined);
    if (isJsonObject($host)) this.room(Number($host.term), $host.sid);
    if (isJsonObject($roster) && Array.isArray($roster.members)) {
      this.members.clear();
      for (const member of $roster.members.filter(isJsonObject))
        this.members.set(Number(member.sid), String(member.name));
    }
    if (isJsonObject($joined)) this.joined($joined);
    if (isJsonObject($left)) this.left(Number($left.sid));
    if (typeof $online === "string") this.online.set($online, true);
    if (typeof $offline === "string") this.online.set($offline, false);
  }

  private joined({ sid, name }: JsonObject): void {
    if (this.members.has(Number(sid))) this.place.context.problem(`n${this.number} heard twice that ${name} joined`);
    this.members.set(Number(sid), String(name));
    this.place.presence(this, "joined", Number(sid));
  }

  private left(sid: number): void {
    if (!this.members.delete(sid))
      this.place.context.problem(`n${this.number} heard that ${sid} left, which was no member`);
    this.place.presence(this, "left", sid);
  }

  private room(term: number, host: unknown): void {
    const { context, terms } = this.place;
    if (term < this.term) context.problem(`n${this.number} heard of term ${term} after ${this.term}`);
    this.term = term;
    this.hostSid = host === undefined ? undefined : Number(host);
    terms.note(term, this.hostSid, `n${this.number}`);
  }

  private state({ version, whole, values, deleted }: JsonObject): void {
    if (whole === true) this.values.clear();
    // A difference may repeat what the client has.
    else if (Number(version) < this.version)
      this.place.context.problem(`n${this.number} was sent version ${version} after ${this.version}`);
    this.version = Number(version);
    const fence = Number(this.values.get("fence") ?? 0);
    for (const [key, value] of Object.entries(isJsonObject(values) ? values : {})) this.values.set(key, value);
    for (const key of Array.isArray(deleted) ? deleted : []) this.values.delete(String(key));
    if (Number(this.values.get("fence") ?? 0) < fence)
      this.place.context.problem(`n${this.number} saw a write of term ${this.values.get("fence")} after ${fence}`);
  }
}
