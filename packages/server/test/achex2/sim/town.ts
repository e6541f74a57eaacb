import { type Dialect, ROOT_INSTANCE } from "@achex/protocol";
import { assemble, type Node } from "../../../src/assemble.ts";
import type { Verdict } from "../../../src/auth.ts";
import { localEngine } from "../../../src/engine/local.ts";
import { silentLog } from "../../../src/log/log.ts";
import { FakeClock } from "../../kit/fake-clock.ts";
import { MemorySocket, MemoryTopics } from "../../kit/memory-socket.ts";
import { defaultLimits } from "../../kit/node.ts";
import { Random } from "../../sim/random.ts";
import { Doings, type Place } from "./doings.ts";
import { Letters } from "./letters.ts";
import { Resident } from "./resident.ts";
import { Truth } from "./truth.ts";

export interface TownOptions {
  readonly seed: number;
  /** Share of clients that speak achex.2. */
  readonly own: number;
  /** Members that sit in one room from the start and do nothing. */
  readonly crowd: number;
}

const MOST = 12;

/** Lets everything that waits for a settled promise run. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A node and clients that do whatever the seed says; throws when what they are told is not true. */
export class Town implements Place {
  readonly random: Random;
  readonly truth = new Truth();
  readonly letters = new Letters();
  residents: Resident[] = [];
  /** Sessions whose connection is over while their login is still being checked. */
  dying: Resident[] = [];
  private readonly clock = new FakeClock();
  private readonly topics = new MemoryTopics();
  private readonly node: Node;
  private readonly doings: Doings;
  private readonly diary: string[] = [];
  private readonly crowd: Resident[] = [];
  private verdicts: ((granted: boolean) => void)[] = [];
  private ids = 0;

  constructor(private readonly options: TownOptions) {
    this.random = new Random(options.seed);
    this.clock.hasLongTurns = this.random.chance(0.5);
    this.doings = new Doings(this);
    this.node = assemble({
      version: "sim",
      limits: { ...defaultLimits, framesPerSecond: 0, bytesPerSecond: 0, sessionsPerAddress: 0 },
      auth: {
        login: ({ login }) => this.judge(login.name, login.password),
        nameTaken() {},
        nameReleased() {},
        accountsChanged: () => false,
        isCurrent: () => true,
      },
      topics: this.topics,
      ids: { next: () => ++this.ids },
      clock: this.clock,
      log: { ...silentLog, error: (message) => this.fail(`the node logged "${message}"`) },
      // Small, so that messages to a few go round in slices as those to thousands do.
      shardMembers: 2,
      createEngine: localEngine,
    });
    for (let i = 0; i < options.crowd; i++) this.sit(i);
  }

  async run(steps: number): Promise<void> {
    for (let step = 1; step <= steps; step++) {
      await this.step();
      if (this.random.chance(0.2)) this.clock.turn();
      this.read();
      if (step % 25 === 0) this.compare();
    }
    await this.end();
  }

  get isCrowded(): boolean {
    return this.options.crowd > 0;
  }

  /** A client sends; what it says stands in the diary. */
  send(resident: Resident, frame: string | Uint8Array): void {
    this.diary.push(`${resident.being.sid} sends ${typeof frame === "string" ? frame : "bytes"}`);
    try {
      resident.session.receive(frame);
    } catch (error) {
      throw this.fail(`the node threw: ${error}`);
    }
  }

  /** A login that is checked until the town gives its verdict. */
  takeVerdict(resident: Resident): void {
    const verdict = this.verdicts.shift();
    if (!verdict) throw this.fail("the login was decided at once");
    resident.verdict = verdict;
  }

  fail(what: string): Error {
    const { seed } = this.options;
    return new Error(`seed ${seed}: ${what}\n  after ${this.diary.slice(-30).join("\n        ")}`);
  }

  private async step(): Promise<void> {
    const { random, residents } = this;
    const resident = residents[random.below(residents.length)];
    if (!resident || (residents.length < MOST && random.chance(0.1))) return this.connect();
    const undecided = [...residents, ...this.dying].filter(({ verdict }) => verdict);
    const next = undecided[random.below(undecided.length)];
    if (next && random.chance(0.3)) return this.decide(next, random.chance(0.8));
    if (random.chance(0.05)) return this.drop(resident);
    if (random.chance(0.05)) return this.second();
    this.doings.one(resident);
  }

  private connect(): void {
    const { random } = this;
    const instance = random.chance(0.8) ? ROOT_INSTANCE : "y";
    const dialect = random.chance(this.options.own) ? "achex.2" : random.chance(0.5) ? "cloud" : "classic";
    this.open(dialect, instance, random.below(2));
  }

  private open(dialect: Dialect, instance: string, listener: number): Resident {
    const socket = new MemorySocket(this.topics, { listener });
    const session = this.node.open(
      { endpoint: { dialect, instance, listenerIndex: listener }, address: "192.0.2.7" },
      socket,
    );
    if (!session) throw this.fail("no session was opened");
    this.diary.push(`${session.id} connects: ${dialect} ${instance} ${listener}`);
    const being = this.truth.add(session.id, dialect, instance);
    const resident: Resident = new Resident(being, session, socket, (came) => {
      const wrong = this.letters.came(resident, came);
      if (wrong !== undefined) throw this.fail(wrong);
    });
    this.residents.push(resident);
    return resident;
  }

  /** One of the crowd. */
  private sit(index: number): void {
    const resident = this.open("cloud", ROOT_INSTANCE, 0);
    this.send(resident, `{"auth":"c${index}","passwd":"good"}`);
    this.send(resident, '{"joinHub":"x"}');
    resident.being.name = `c${index}`;
    resident.being.rooms.set("hub x", {});
    this.residents = this.residents.filter((one) => one !== resident);
    this.crowd.push(resident);
  }

  private judge(name: string, password: string): Verdict | Promise<Verdict> {
    const verdict = (ok: boolean): Verdict =>
      ok ? { ok, name, service: undefined } : { ok, refusal: "wrong-password" };
    if (password !== "slow") return verdict(password === "good");
    return new Promise((resolve) => this.verdicts.push((granted) => resolve(verdict(granted))));
  }

  private async decide(resident: Resident, granted: boolean): Promise<void> {
    this.diary.push(`${resident.being.sid} is ${granted ? "granted" : "refused"} its login`);
    resident.verdict?.(granted);
    resident.verdict = undefined;
    await settled();
    if (granted) resident.being.name = resident.wanted ?? resident.being.name;
    if (!resident.gone) return;
    this.dying = this.dying.filter((one) => one !== resident);
    this.truth.beings.delete(resident.being.sid);
  }

  private drop(resident: Resident): void {
    this.diary.push(`${resident.being.sid} drops`);
    // It has read all that was sent to it before it went.
    this.node.core.broadcasts.flushFor(resident.session);
    this.readAll(resident);
    resident.gone = true;
    resident.socket.terminate();
    this.topics.drop(resident.socket);
    resident.session.closed(1006, false);
    this.residents = this.residents.filter((one) => one !== resident);
    if (resident.verdict) this.dying.push(resident);
    else this.truth.beings.delete(resident.being.sid);
  }

  private second(): void {
    this.diary.push("a second passes");
    this.clock.advance(1_000);
    this.node.tick();
    this.clock.allTurns();
  }

  private read(): void {
    for (const resident of this.residents)
      if (this.random.chance(0.5)) this.readAll(resident, 1 + this.random.below(5));
  }

  private readAll(resident: Resident, most?: number): void {
    try {
      resident.read(most);
    } catch (error) {
      throw error instanceof Error && error.message.startsWith("seed") ? error : this.fail(String(error));
    }
  }

  /** When everybody has read everything, all believe what is true. */
  private compare(): void {
    this.clock.allTurns();
    if (this.isCrowded) this.second();
    for (const resident of this.residents) {
      this.readAll(resident);
      const wrong = this.doings.lieTo(resident);
      if (wrong !== undefined) throw this.fail(wrong);
    }
  }

  private async end(): Promise<void> {
    for (const resident of [...this.residents]) if (resident.verdict) await this.decide(resident, true);
    this.compare();
    for (const resident of this.crowd) this.readAll(resident);
    for (const resident of this.residents)
      if (resident.open > 0) throw this.fail(`${resident.being.sid} waits for ${resident.open} replies`);
    const wrong = this.letters.wrong();
    if (wrong !== undefined) throw this.fail(wrong);
    while (this.residents[0]) this.drop(this.residents[0]);
    for (const resident of [...this.dying]) await this.decide(resident, true);
    const { core } = this.node;
    this.clock.allTurns();
    const left = [
      core.openCalls.count,
      core.openCalls.sessionCount,
      core.presence.followedChannels,
      core.nameWatchers.watchedNames,
    ];
    if (left.some((count) => count > 0) || core.sessions.size !== this.options.crowd)
      throw this.fail(`left behind: ${left}, ${core.sessions.size} sessions`);
  }
}
