import type { Reply, SimClient } from "./client.ts";
import { MessageActions, type MessageContext } from "./message-actions.ts";
import { keyOf, NAMES, ROOMS, type Room } from "./state.ts";

/** What actions need from the simulator. */
export interface ActionContext extends MessageContext {
  /** Remembers that the client's login is undecided. */
  holdLogin(client: SimClient): void;
}

type Frame = Readonly<Record<string, unknown>>;

const INVALID = [
  "[]",
  '{"$foo":1}',
  '{"to":""}',
  '{"$watch":7}',
  '{"to":"Ann","$presence":true}',
  '{"$ref":"x"}',
] as const;
const INVALID_LEGACY = ["{", "[]", '{"msg":"hi"}', '{"cmd":"fly"}'] as const;

/** What clients do, and how it changes the true state. */
export class Actions {
  private readonly messages: MessageActions;

  constructor(private readonly context: ActionContext) {
    this.messages = new MessageActions(context);
  }

  perform(client: SimClient): void {
    const { random } = this.context;
    const weights = {
      login: 10,
      join: 22,
      leave: 8,
      send: 35,
      call: 12,
      answer: 14,
      watch: 8,
      sendInvalid: 6,
      request: 4,
    };
    const action = random.weighted(weights);
    if (action === "send") this.messages.message(client);
    else if (action === "sendInvalid") this.sendInvalid(client);
    // The true state changes when a frame is sent, so no frame that changes it may wait behind a login.
    else if (client.verdict || action === "request") this.request(client);
    else if (action === "login") this.login(client);
    else if (action === "join") this.join(client);
    else if (action === "leave") this.leave(client);
    else if (!client.isAchex2) this.messages.forgedCall(client);
    else if (action === "call") this.messages.call(client);
    else if (action === "answer") this.messages.answer(client);
    else this.watch(client);
  }

  /** Something that a client which has read everything knows and that is not true. */
  wrongBelief({ state, view }: SimClient): string | undefined {
    const { simState } = this.context;
    for (const room of ROOMS) {
      if (!view.rooms.has(keyOf(room))) continue;
      const members = simState.members(state.instance, room);
      const count = view.counts.get(keyOf(room));
      if (count !== members.length) return `${state.sid} counts ${count} members of ${members.length}`;
      const believed = JSON.stringify(view.members(room));
      if (believed !== (members.length > 200 ? undefined : JSON.stringify(members)))
        return `${state.sid} knows ${believed} instead of ${JSON.stringify(members)}`;
    }
    for (const name of view.watched) {
      if (view.online.has(name) !== simState.isOnline(state.instance, name))
        return `${state.sid} knows that ${name} is ${view.online.has(name) ? "online" : "offline"}`;
    }
    return undefined;
  }

  /** Sends a frame; those of achex.2 have their `$ref` at the beginning or the end. */
  private send(client: SimClient, frame: Frame, handle: (reply: Reply) => void = () => {}): void {
    if (!client.isAchex2) {
      this.context.send(client, JSON.stringify(frame));
      return;
    }
    const $ref = client.nextRef(handle);
    this.context.send(
      client,
      JSON.stringify(this.context.random.chance(0.7) ? { $ref, ...frame } : { ...frame, $ref }),
    );
  }

  private login(client: SimClient): void {
    const { random } = this.context;
    const { state, view } = client;
    const name = random.pick(NAMES);
    const passwd = random.pick(["good", "good", "good", "slow", "bad"] as const);
    this.send(client, { [random.pick(["setID", "auth"])]: name, passwd }, ({ result }) => {
      if (result && result.name !== name) throw new Error(`logged in as ${result.name} instead of ${name}`);
      if (result) view.renamed(name);
    });
    client.requestedName = name;
    if (passwd === "good") state.name = name;
    if (passwd === "slow") this.context.holdLogin(client);
  }

  private join(client: SimClient): void {
    const { random } = this.context;
    const { state, view, isAchex2 } = client;
    const room = random.pick(ROOMS);
    const attributes =
      isAchex2 && random.chance(0.5) ? { [random.pick(["a", "__proto__"])]: random.below(9) } : undefined;
    const presence = isAchex2 ? random.pick([true, true, undefined, undefined, false] as const) : undefined;
    const own = {
      ...(attributes && { $attributes: attributes }),
      ...(presence !== undefined && { $presence: presence }),
    };
    const verb = room.kind === "hub" ? { joinHub: room.name } : { cmd: "register_broadcast", bid: room.name };
    const expected = this.countAfter(client, room);
    this.send(client, { ...verb, ...own }, ({ result }) => {
      if (result?.count !== expected) throw new Error(`joined ${result?.count} members instead of ${expected}`);
      if (result && presence === false) view.forget(room);
      else if (result && attributes) view.updateSelf(room, { attributes });
    });
    if (state.name === undefined) return;
    state.rooms.set(keyOf(room), attributes ?? state.rooms.get(keyOf(room)) ?? {});
  }

  /** Number of members once this client has joined the room; undefined when it may not join. */
  private countAfter({ state }: SimClient, room: Room): number | undefined {
    if (state.name === undefined) return undefined;
    const { length } = this.context.simState.members(state.instance, room);
    return state.rooms.has(keyOf(room)) ? length : length + 1;
  }

  private leave(client: SimClient): void {
    const { state, view } = client;
    const room = this.context.random.pick(ROOMS);
    const frame = room.kind === "hub" ? { leaveHub: room.name } : { cmd: "unregister_broadcast", bid: room.name };
    const isIn = state.rooms.delete(keyOf(room));
    this.send(client, frame, ({ fault }) => {
      if ((fault === undefined) !== isIn) throw new Error(`leaving ended with ${fault}`);
      view.forget(room);
    });
  }

  private watch(client: SimClient): void {
    const { random } = this.context;
    const { view, state } = client;
    const names = NAMES.filter(() => random.chance(0.5));
    if (random.chance(0.3)) {
      this.send(client, { $unwatch: names }, () => {
        for (const name of names) for (const set of [view.watched, view.online]) set.delete(name);
      });
      return;
    }
    const isNamed = state.name !== undefined;
    this.send(client, { $watch: names }, ({ result }) => {
      if (!result === isNamed) throw new Error("$watch was accepted or rejected wrongly");
      const online = Array.isArray(result?.online) ? result.online : [];
      for (const name of result ? names : []) {
        if (view.watched.has(name) && view.online.has(name) !== online.includes(name))
          throw new Error(`${name} changed without an event`);
        view.watched.add(name);
        if (online.includes(name)) view.online.add(name);
      }
    });
  }

  private sendInvalid(client: SimClient): void {
    const { random } = this.context;
    if (!client.isAchex2) this.context.send(client, random.pick(INVALID_LEGACY));
    else if (random.chance(0.5)) this.context.send(client, random.pick(INVALID));
    else {
      const frame: Frame = random.pick<Frame>([
        { $foo: 1 },
        { to: [] },
        { $time: 1 },
        { toH: "h", $call: { id: 1 } },
        { n: 1 },
      ]);
      this.send(client, frame, ({ fault }) => {
        if (fault === undefined) throw new Error(`${JSON.stringify(frame)} was accepted`);
      });
    }
  }

  private request(client: SimClient): void {
    if (!client.isAchex2) return;
    const { random, simState } = this.context;
    const { state } = client;
    const room = random.pick(ROOMS);
    if (client.verdict || random.chance(0.3)) {
      this.send(client, { $time: true }, ({ result }) => {
        if (typeof result?.time !== "number") throw new Error("no time was returned");
      });
      return;
    }
    const members = simState.members(state.instance, room).slice(0, 200);
    const expected = state.rooms.has(keyOf(room)) ? JSON.stringify(members.map(([sid]) => sid)) : undefined;
    this.send(client, { $members: { [room.kind]: room.name } }, ({ result }) => {
      const sids = Array.isArray(result?.members) ? JSON.stringify(result.members.map(({ sid }) => sid)) : undefined;
      if (sids !== expected) throw new Error(`the page lists ${sids} instead of ${expected}`);
    });
  }
}
