import type { JsonObject } from "@achex/protocol";
import type { MemoryCluster } from "../../kit/memory-cluster.ts";
import type { Random } from "../random.ts";
import { Ledger } from "./ledger.ts";
import { Person, type Place } from "./person.ts";

export const HUBS = ["h", "i"] as const;
export const NAMES = ["Ann", "Bob", "Cid"] as const;
const MOST_PEOPLE = 9;

/** Clients on the nodes of a cluster, who act at random. */
export class World {
  readonly people: Person[] = [];
  readonly ledger = new Ledger();

  constructor(
    readonly cluster: MemoryCluster,
    readonly random: Random,
  ) {}

  act(): void {
    const { random } = this;
    const person = this.people.length < 4 ? undefined : random.pick([...this.people] as [Person, ...Person[]]);
    const hub = random.pick(HUBS);
    const choice = random.below(20);
    if (!person || (choice < 2 && this.people.length < MOST_PEOPLE)) this.connect();
    else if (choice < 4) this.disconnect(person);
    else if (choice < 6) person.rename(random.pick(NAMES));
    else if (choice < 8) person.join(hub);
    else if (choice < 10) person.leave(hub);
    else if (choice < 12) person.call(this.callee());
    else if (choice < 14) this.answerOne(person);
    else this.message(person);
  }

  /** All people read what they were sent. */
  read(): void {
    for (const person of this.people) person.read();
  }

  /** The node vanishes, and those who were on it. */
  kill(name: string): void {
    this.cluster.kill(name);
    for (const person of this.people.filter(({ node }) => node.name === name)) {
      // What the node had written before.
      person.read();
      this.people.splice(this.people.indexOf(person), 1);
    }
  }

  private connect(): void {
    const { random, cluster } = this;
    const node = cluster.nodes[random.below(cluster.nodes.length)];
    if (!node) return;
    this.people.push(new Person(node.connectClient(), node, this.ledger, random.pick(NAMES), NAMES));
  }

  private disconnect(person: Person): void {
    person.read();
    person.client.disconnect();
    this.people.splice(this.people.indexOf(person), 1);
  }

  private somebody(): Person | undefined {
    return this.people[this.random.below(this.people.length)];
  }

  private callee(): JsonObject {
    return this.random.chance(0.5) ? { to: this.random.pick(NAMES) } : { toS: this.somebody()?.sid ?? 1 };
  }

  private answerOne(person: Person): void {
    const [call] = person.callsReceived.splice(this.random.below(person.callsReceived.length), 1);
    if (call) person.answer(call);
  }

  private message(sender: Person): void {
    const { random, ledger } = this;
    sender.read();
    const [address, places] = this.address();
    const owed = this.people.filter(
      (one) => places.some((place) => isSettled(one, place)) && (one !== sender || places[0]?.[0] !== "h"),
    );
    const n = ledger.add(sender.sid, places, owed);
    const frame = { ...address, n };
    if (random.chance(0.5)) sender.request(frame, (reply) => ledger.replied(n, reply));
    else sender.client.send(frame);
  }

  private address(): [JsonObject, Place[]] {
    const { random } = this;
    const choice = random.below(4);
    const name = random.pick(NAMES);
    if (choice === 0) {
      const hub = random.pick(HUBS);
      return [{ toH: hub }, [`h:${hub}`]];
    }
    if (choice === 1) return [{ to: name }, [`n:${name}`]];
    if (choice === 2) {
      const other = random.pick(NAMES);
      return [{ to: [name, other] }, [`n:${name}`, `n:${other}`]];
    }
    const sid = this.somebody()?.sid ?? 1;
    return [{ toS: sid }, [`s:${sid}`]];
  }
}

/** It is in the place, as far as it was told, and did not ask to leave it. */
export const isSettled = ({ settledSince, sid, name }: Person, place: Place): boolean =>
  place === `s:${sid}` || (settledSince.has(place) && (place[0] !== "n" || place === `n:${name}`));
