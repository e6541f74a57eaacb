import { type Dialect, ROOT_INSTANCE } from "@achex/protocol";
import type { Verdict } from "../../../src/auth.ts";
import type { Random } from "../random.ts";
import { SimNode } from "../sim-node.ts";
import { type ActionContext, Actions } from "./actions.ts";
import { SimClient } from "./client.ts";
import { SentMessages } from "./sent-messages.ts";
import { SimState } from "./state.ts";

export interface SimOptions {
  readonly seed: number;
  /** Share of clients that speak achex.2, from 0 to 1. */
  readonly achex2Share: number;
  /** Members of one room that are in it from the start and do nothing. */
  readonly idleMembers: number;
}

const MAX_CLIENTS = 12;

/** A node and clients of all dialects that do what the seed says. Throws when a client is told something that is not true. */
export class Achex2Simulator implements ActionContext {
  readonly simState = new SimState();
  readonly messages = new SentMessages();
  clients: SimClient[] = [];
  /** Sessions whose connection has ended while their login is still being checked. */
  closedDuringLogin: SimClient[] = [];
  private readonly sim: SimNode;
  private readonly actions: Actions;
  private readonly idleClients: SimClient[] = [];
  private pendingVerdicts: ((granted: boolean) => void)[] = [];

  constructor(private readonly options: SimOptions) {
    this.sim = new SimNode(options.seed, 0.5, {
      auth: {
        login: ({ login }) => this.login(login.name, login.password),
        nameTaken() {},
        nameReleased() {},
        accountsChanged: () => false,
        isCurrent: () => true,
      },
    });
    this.actions = new Actions(this);
    for (let i = 0; i < options.idleMembers; i++) this.connectIdle(i);
  }

  get random(): Random {
    return this.sim.random;
  }

  get isCrowded(): boolean {
    return this.options.idleMembers > 0;
  }

  async run(steps: number): Promise<void> {
    for (let step = 1; step <= steps; step++) {
      await this.step();
      if (this.random.chance(0.2)) this.sim.clock.turn();
      this.readSome();
      if (step % 25 === 0) this.checkViews();
    }
    await this.end();
  }

  send(client: SimClient, frame: string | Uint8Array): void {
    this.sim.log(`${client.state.sid} sends ${typeof frame === "string" ? frame : "bytes"}`);
    try {
      client.session.receive(frame);
    } catch (error) {
      throw this.sim.fail(`the node threw: ${error}`);
    }
  }

  holdLogin(client: SimClient): void {
    const verdict = this.pendingVerdicts.shift();
    if (!verdict) throw this.sim.fail("the login was decided at once");
    client.verdict = verdict;
  }

  private async step(): Promise<void> {
    const { random, clients } = this;
    const client = clients[random.below(clients.length)];
    if (!client || (clients.length < MAX_CLIENTS && random.chance(0.1))) return this.connect();
    const undecided = [...clients, ...this.closedDuringLogin].filter(({ verdict }) => verdict);
    const next = undecided[random.below(undecided.length)];
    if (next && random.chance(0.3)) return this.decideLogin(next, random.chance(0.8));
    if (random.chance(0.05)) return this.disconnect(client);
    if (random.chance(0.05)) return this.passSecond();
    this.actions.perform(client);
  }

  private connect(): void {
    const { random } = this;
    const instance = random.chance(0.8) ? ROOT_INSTANCE : "y";
    const dialect = random.chance(this.options.achex2Share) ? "achex.2" : random.chance(0.5) ? "cloud" : "classic";
    this.clients.push(this.open(dialect, instance, random.below(2)));
  }

  private open(dialect: Dialect, instance: string, listener: number): SimClient {
    const { session, socket } = this.sim.connect(dialect, instance, { listener });
    const state = this.simState.add(session.id, dialect, instance);
    const client: SimClient = new SimClient(state, session, socket, (message) => {
      const wrong = this.messages.received(client, message);
      if (wrong !== undefined) throw this.sim.fail(wrong);
    });
    return client;
  }

  private connectIdle(index: number): void {
    const client = this.open("cloud", ROOT_INSTANCE, 0);
    this.send(client, `{"auth":"c${index}","passwd":"good"}`);
    this.send(client, '{"joinHub":"x"}');
    client.state.name = `c${index}`;
    client.state.rooms.set("hub x", {});
    this.idleClients.push(client);
  }

  private login(name: string, password: string): Verdict | Promise<Verdict> {
    const verdict = (ok: boolean): Verdict =>
      ok ? { ok, name, service: undefined } : { ok, refusal: "wrong-password" };
    if (password !== "slow") return verdict(password === "good");
    return new Promise((resolve) => this.pendingVerdicts.push((granted) => resolve(verdict(granted))));
  }

  private async decideLogin(client: SimClient, granted: boolean): Promise<void> {
    this.sim.log(`the login of ${client.state.sid} is ${granted ? "granted" : "refused"}`);
    client.verdict?.(granted);
    client.verdict = undefined;
    await this.sim.settle();
    if (granted) client.state.name = client.requestedName ?? client.state.name;
    if (!client.isClosed) return;
    this.closedDuringLogin = this.closedDuringLogin.filter((other) => other !== client);
    this.simState.sessions.delete(client.state.sid);
  }

  private disconnect(client: SimClient): void {
    this.sim.log(`${client.state.sid} disconnects`);
    // It reads everything that was sent to it before it disconnects.
    this.sim.node.core.broadcasts.flushFor(client.session);
    this.readFrames(client);
    client.isClosed = true;
    this.sim.disconnect(client, 1006);
    this.clients = this.clients.filter((other) => other !== client);
    if (client.verdict) this.closedDuringLogin.push(client);
    else this.simState.sessions.delete(client.state.sid);
  }

  private passSecond(): void {
    this.sim.log("a second passes");
    this.sim.clock.advance(1_000);
    this.sim.node.tick();
    this.sim.clock.allTurns();
  }

  private readSome(): void {
    for (const client of this.clients) if (this.random.chance(0.5)) this.readFrames(client, 1 + this.random.below(5));
  }

  private readFrames(client: SimClient, limit?: number): void {
    try {
      client.read(limit);
    } catch (error) {
      throw error instanceof Error && error.message.startsWith("seed") ? error : this.sim.fail(String(error));
    }
  }

  /** Once every client has read everything, all they know must be true. */
  private checkViews(): void {
    this.sim.clock.allTurns();
    if (this.isCrowded) this.passSecond();
    for (const client of this.clients) {
      this.readFrames(client);
      const wrong = this.actions.wrongBelief(client);
      if (wrong !== undefined) throw this.sim.fail(wrong);
    }
  }

  private async end(): Promise<void> {
    for (const client of [...this.clients]) if (client.verdict) await this.decideLogin(client, true);
    this.checkViews();
    for (const client of this.idleClients) this.readFrames(client);
    for (const client of this.clients)
      if (client.pendingCount > 0) throw this.sim.fail(`${client.state.sid} waits for ${client.pendingCount} replies`);
    const wrong = this.messages.check();
    if (wrong !== undefined) throw this.sim.fail(wrong);
    while (this.clients[0]) this.disconnect(this.clients[0]);
    for (const client of [...this.closedDuringLogin]) await this.decideLogin(client, true);
    const { core } = this.sim.node;
    this.sim.clock.allTurns();
    const leftovers = [
      core.openCalls.count,
      core.openCalls.sessionCount,
      core.presence.followedChannels,
      core.nameWatchers.watchedNames,
    ];
    if (leftovers.some((count) => count > 0) || core.sessions.size !== this.options.idleMembers)
      throw this.sim.fail(`leftovers: ${leftovers}, ${core.sessions.size} sessions`);
  }
}
