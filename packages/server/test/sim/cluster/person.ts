import { isJsonObject, type JsonObject } from "@achex/protocol";
import type { Achex2Client } from "../../kit/achex2-client.ts";
import type { ClusterNode } from "../../kit/memory-cluster.ts";
import type { Ledger } from "./ledger.ts";

/** Where a message can go: `n:` and a name, `h:` and a hub, `s:` and a session. */
export type Place = string;

/** What a client does with the reply to one of its frames. */
type Done = (reply: JsonObject) => void;

/** A call that a session has received and not answered. */
export interface CallReceived {
  readonly caller: number;
  readonly id: number;
}

const count = (counts: Map<string, number>, key: string, change: number): void =>
  void counts.set(key, (counts.get(key) ?? 0) + change);

/** One client, and what the rules say it may be sent. */
export class Person {
  /** The name that it asked for last. */
  name: string;
  /** Hubs that it asked to be in. */
  readonly hubs = new Set<string>();
  /** Places whose messages it may still receive: it has asked for them, or has not been told yet that it left them. */
  readonly places = new Set<Place>();
  /** Places that it has been in without a break since that many messages had been sent. */
  readonly settledSince = new Map<Place, number>();
  /** The members that its presence events list, by hub. */
  readonly rosters = new Map<string, Set<number>>();
  /** Names that it was told are online. */
  readonly online = new Set<string>();
  readonly callsReceived: CallReceived[] = [];
  /** Calls that it made and that have not ended. */
  readonly calls = new Set<number>();
  private readonly replies = new Map<number, Done>();
  /** Joins that are not answered yet. */
  private readonly joining = new Map<string, number>();
  /** Leaves that are not. */
  private readonly leaving = new Map<string, number>();
  private readonly renaming: string[] = [];
  private refs = 0;
  private givenName: string | undefined;

  constructor(
    readonly client: Achex2Client,
    readonly node: ClusterNode,
    private readonly ledger: Ledger,
    name: string,
    watched: readonly string[],
  ) {
    this.name = name;
    this.places.add(`s:${this.sid}`);
    ledger.connected(this.sid);
    this.rename(name);
    client.send({ $watch: [...watched] });
  }

  get sid(): number {
    return this.client.sid;
  }

  request(frame: JsonObject, done: Done = () => {}): void {
    const $ref = ++this.refs;
    this.replies.set($ref, done);
    this.client.send({ $ref, ...frame });
  }

  rename(name: string): void {
    this.name = name;
    this.renaming.push(name);
    this.places.add(`n:${name}`);
    for (const place of [...this.settledSince.keys()]) if (place.startsWith("n:")) this.settledSince.delete(place);
    this.request({ auth: name }, () => {
      this.renaming.shift();
      const before = this.givenName;
      this.givenName = name;
      if (before !== undefined && before !== name && !this.renaming.includes(before)) this.places.delete(`n:${before}`);
      if (this.renaming.length === 0) this.settledSince.set(`n:${name}`, this.ledger.sent);
    });
  }

  join(hub: string): void {
    this.hubs.add(hub);
    this.places.add(`h:${hub}`);
    count(this.joining, hub, 1);
    this.request({ joinHub: hub, $presence: true }, () => {
      count(this.joining, hub, -1);
      const place = `h:${hub}`;
      const isIn = this.hubs.has(hub) && !this.leaving.get(hub);
      if (isIn && !this.settledSince.has(place)) this.settledSince.set(place, this.ledger.sent);
    });
  }

  leave(hub: string): void {
    this.hubs.delete(hub);
    this.settledSince.delete(`h:${hub}`);
    count(this.leaving, hub, 1);
    this.request({ leaveHub: hub }, () => {
      count(this.leaving, hub, -1);
      if (this.joining.get(hub)) return;
      this.places.delete(`h:${hub}`);
      this.rosters.delete(hub);
    });
  }

  call(target: JsonObject): void {
    const id = this.ledger.nextCall();
    this.calls.add(id);
    this.request({ ...target, $call: { id } }, ({ $fault, $result }) => {
      // Where a node did not answer, the fault `callee-gone` follows (PROTOCOL.md R161).
      if ($fault !== undefined || (isJsonObject($result) && $result.taken === 0 && !$result.missed)) this.ended(id);
    });
  }

  private ended(id: number): boolean {
    this.ledger.openCalls.delete(id);
    return this.calls.delete(id);
  }

  answer({ caller, id }: CallReceived): void {
    this.ledger.openCalls.delete(id);
    this.request({ toS: caller, $answer: { id } }, ({ $result }) => {
      // Where its node did not hear, it may still be open.
      if (isJsonObject($result) && isJsonObject($result.missed) && $result.missed.node)
        this.callsReceived.push({ caller, id });
    });
  }

  /** Reads what it was sent; fails when the rules do not allow it. */
  read(): void {
    for (const frame of this.client.received()) if (isJsonObject(frame)) this.handle(frame);
  }

  private handle(frame: JsonObject): void {
    const { $ref, n, $call, $answer } = frame;
    if (typeof n === "number") this.ledger.heard(this, frame.sID, n);
    else if (isJsonObject($call)) this.called($call, Number(frame.sID));
    else if (isJsonObject($answer)) this.answered(Number($answer.id));
    else if (typeof $ref === "number") this.replied($ref, frame);
    else this.follow(frame);
  }

  private replied($ref: number, frame: JsonObject): void {
    const done = this.replies.get($ref);
    if (!done) throw new Error(`session ${this.sid} was sent a second reply: ${JSON.stringify(frame)}`);
    this.replies.delete($ref);
    done(frame);
  }

  private called({ id, cancel }: JsonObject, caller: number): void {
    if (typeof id === "number") {
      this.callsReceived.push({ caller, id });
      return;
    }
    const at = this.callsReceived.findIndex((one) => one.caller === caller && one.id === cancel);
    if (at >= 0) this.callsReceived.splice(at, 1);
  }

  private answered(id: number): void {
    if (!this.ended(id)) throw new Error(`session ${this.sid} was sent a second answer to its call ${id}`);
  }

  private follow({ $roster, $joined, $left, $online, $offline }: JsonObject): void {
    const { rosters, online } = this;
    if (isJsonObject($roster) && Array.isArray($roster.members))
      rosters.set(
        String($roster.hub),
        new Set($roster.members.map((member: unknown) => (isJsonObject(member) ? Number(member.sid) : 0))),
      );
    if (isJsonObject($joined)) rosters.get(String($joined.hub))?.add(Number($joined.sid));
    if (isJsonObject($left)) rosters.get(String($left.hub))?.delete(Number($left.sid));
    if (typeof $online === "string") online.add($online);
    if (typeof $offline === "string") online.delete($offline);
  }
}
