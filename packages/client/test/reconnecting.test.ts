import { describe, expect, test } from "bun:test";
import type { Credentials, Retrying } from "../src/index.ts";
import { connectingClient, faultOf, outcomeOf, readyClient, settled } from "./kit/scripted-client.ts";
import { until } from "./kit/until.ts";

const member = (name: string, sid: number) => ({ name, sid, joined: 5, attributes: {} });

describe("R9, A8: ended by the server is not ended for ever", () => {
  /** Ann in a hub with presence, watching Bob, in a loop. */
  const inHub = async () => {
    const client = readyClient();
    const { ann, relay } = client;
    const room = ann.hub("h");
    const seen: unknown[] = [];
    const loop = (async () => {
      for await (const { data } of room.messages()) seen.push(data.n);
    })();
    ann.on("online", (name) => seen.push(name));
    void room.join({ presence: true, attributes: { color: "red" } });
    relay.socket.reply(relay.socket.take("joinHub"), { count: 1 });
    void ann.watch("Bob");
    relay.socket.reply(relay.socket.take("$watch"), { online: [] });
    ann.handle(() => ({ fine: true }));
    await settled();
    return { ...client, room, seen, loop };
  };

  test("login() restores rooms, presence, watches, loops and handlers", async () => {
    const { ann, relay, room, seen, loop } = await inHub();
    relay.socket.drop(4500, "account changed");
    expect([ann.state, ann.reason?.code, room.status]).toEqual(["closed", "dismissed", "joining"]);
    const login = ann.login({ name: "Ann", passwd: "new" });
    relay.socket.accept(2);
    await login;
    expect(relay.socket.take("joinHub")).toMatchObject({ $presence: true, $attributes: { color: "red" } });
    relay.socket.deliver({
      $roster: { hub: "h", count: 2, members: [member("Ann", 2), member("Bob", 3)], next: null },
    });
    relay.socket.reply(relay.socket.take("$watch"), { online: ["Bob"] });
    relay.socket.deliver({ toH: "h", n: 1, sID: 3, FROM: "Bob" });
    relay.socket.deliver({ to: "Ann", $call: { id: 1 }, sID: 3, FROM: "Bob" });
    await until("the answer", () => relay.socket.has("$answer"));
    expect([seen, room.members.length]).toEqual([["Bob", 1], 2]);
    ann.close();
    await loop;
  });

  test("connect() does the same with the credentials it had", async () => {
    const { ann, relay, room } = await inHub();
    relay.socket.drop(4500, "account changed");
    const connected = ann.connect();
    relay.socket.accept(2);
    await connected;
    expect([relay.socket.has("joinHub"), relay.socket.has("$watch"), room.status]).toEqual([true, true, "joining"]);
  });

  test("what had begun is rejected at once; a join of then is made good by the login", async () => {
    const { ann, relay } = connectingClient();
    const room = ann.hub("h");
    const ends = [room.join(), ann.watch("Bob"), ann.to("Bob").send({}), ann.ready()].map(faultOf);
    relay.socket.hello();
    relay.socket.refuse(relay.socket.take("setID"), "wrong-password");
    for (const end of ends) expect((await end).code).toBe("wrong-password");
    void ann.login({ name: "Ann", passwd: "right" });
    relay.socket.accept(2);
    expect([relay.socket.has("joinHub"), relay.socket.has("$watch"), relay.socket.has("to")]).toEqual([
      true,
      true,
      false,
    ]);
  });

  test("close() forgets: loops end, rooms and watches are gone, also after a dismissal", async () => {
    const { ann, relay, room, loop } = await inHub();
    const ended: string[] = [];
    room.on("ended", ({ code }) => ended.push(code));
    relay.socket.drop(4500, "account changed");
    ann.close();
    await loop;
    for await (const _ of room.messages()) throw new Error("a message of a closed client");
    const connected = ann.connect();
    relay.socket.accept(2);
    await connected;
    expect([relay.socket.inbox, room.status, ended]).toEqual([[], "out", ["closed"]]);
  }, 1_000);
});

describe("a return that a busy server refuses for now", () => {
  test("R9: the room and the watches are asked for again after a second, until they are back or the client is closed", async () => {
    const { ann, relay, clock, faults, reconnect } = readyClient();
    const room = ann.hub("h");
    void room.join();
    relay.socket.reply(relay.socket.take("joinHub"), { count: 1 });
    void ann.watch("Bob");
    relay.socket.reply(relay.socket.take("$watch"), { online: [] });
    await settled();
    relay.socket.drop();
    reconnect();
    for (let attempt = 0; attempt < 2; attempt++) {
      relay.socket.refuse(relay.socket.take("joinHub"), "queue-full");
      relay.socket.refuse(relay.socket.take("$watch"), "queue-full");
      expect([room.status, relay.socket.has("joinHub")]).toEqual(["joining", false]);
      clock.advance(1_000);
    }
    relay.socket.reply(relay.socket.take("joinHub"), { count: 1 });
    relay.socket.reply(relay.socket.take("$watch"), { online: ["Bob"] });
    expect([room.status, faults]).toEqual(["in", []]);
    relay.socket.drop();
    reconnect();
    relay.socket.refuse(relay.socket.take("joinHub"), "queue-full");
    relay.socket.refuse(relay.socket.take("$watch"), "queue-full");
    ann.close();
    expect(clock.pending).toBe(0);
  });
});

describe("credentials that are asked for at each attempt", () => {
  test("a function, sync or async, is called before each login", async () => {
    const given: Credentials[] = [];
    const credentials = () => {
      const next = { name: "Ann", passwd: `token ${given.length}` };
      given.push(next);
      return given.length % 2 ? next : Promise.resolve(next);
    };
    const { relay, reconnect } = connectingClient({ credentials });
    for (const token of ["token 0", "token 1"]) {
      await until("the connection", () => relay.sockets.length === given.length);
      relay.socket.hello();
      expect(relay.socket.take("setID").passwd).toBe(token);
      relay.socket.drop();
      if (token === "token 0") break;
    }
    expect(reconnect).toBeFunction();
  });

  test("when it fails, that is a failed attempt, and it is asked again", async () => {
    let calls = 0;
    const credentials = async () => {
      if (++calls === 1) throw new Error("no token");
      return { name: "Ann" };
    };
    const { ann, relay, clock } = connectingClient({ credentials });
    const failed: Retrying[] = [];
    ann.on("retrying", (event) => failed.push(event));
    await until("the failure", () => failed.length === 1);
    expect(failed[0]).toMatchObject({ attempt: 1, cause: { code: "failed", message: "Error: no token" } });
    clock.advance(500);
    await until("the connection", () => relay.sockets.length === 1);
    relay.socket.accept();
    expect([ann.state, ann.name]).toEqual(["ready", "Ann"]);
  });

  test("login() takes one too; what is neither object nor function is refused", async () => {
    const { ann, relay } = readyClient();
    const login = ann.login(async () => ({ name: "Anna" }));
    await until("the login", () => relay.socket.has("setID"));
    relay.socket.reply(relay.socket.take("setID"), { name: "Anna" });
    await login;
    expect(ann.name).toBe("Anna");
    const wrong: Credentials[] = [Object("x").length, JSON.parse("null")];
    for (const one of wrong) expect((await faultOf(ann.login(one))).code).toBe("invalid");
  });
});

describe("an attempt that hangs", () => {
  test("reconnect() abandons it at once after 2 s, and what is younger gets the rest of them", () => {
    const { ann, relay, clock } = connectingClient();
    clock.advance(2_000);
    ann.reconnect();
    expect([ann.state, relay.sockets.length]).toEqual(["connecting", 2]);
    clock.advance(500);
    ann.reconnect();
    expect(relay.sockets.length).toBe(2);
    // 1.5 s more, and a first pause.
    clock.advance(1_500 + 250);
    expect(relay.sockets.length).toBe(3);
    relay.socket.accept(2);
    expect(ann.state).toBe("ready");
  });

  test("one that has got its greeting meanwhile is not abandoned", () => {
    const { ann, relay, clock } = connectingClient();
    clock.advance(5_000);
    relay.socket.hello();
    ann.reconnect();
    clock.advance(1_999);
    expect(relay.sockets.length).toBe(1);
  });

  test("reconnect() ends a pause, checks a connection that is up, and does nothing when closed or idle", () => {
    const { ann, relay } = readyClient();
    ann.reconnect();
    expect(relay.socket.has("$time")).toBe(true);
    relay.socket.drop();
    ann.reconnect();
    expect([ann.state, relay.sockets.length]).toEqual(["connecting", 2]);
    ann.close();
    ann.reconnect();
    const idle = connectingClient({ autoConnect: false });
    idle.ann.reconnect();
    expect([ann.state, relay.sockets.length, idle.ann.state, idle.relay.sockets.length]).toEqual([
      "closed",
      2,
      "idle",
      0,
    ]);
  });
});

describe("R60: a late timer is not silence", () => {
  test("four blocks of 11 s, and the reply is read between them", () => {
    const { ann, relay, clock, losses } = readyClient();
    for (let block = 0; block < 4; block++) {
      clock.lapse(11_000);
      clock.advance(0);
      clock.lapse(11_000);
      clock.advance(0);
      relay.socket.tellTime();
    }
    expect([ann.state, losses]).toEqual(["ready", []]);
  });

  test("a connection that stays silent after the block is dead all the same", () => {
    const { ann, clock } = readyClient();
    clock.lapse(60_000);
    clock.advance(0);
    clock.lapse(60_000);
    clock.advance(2_000);
    expect(ann.state).not.toBe("ready");
  });

  test("nor is it a timeout of a question, or of an attempt to connect", async () => {
    const { ann, relay, clock } = connectingClient();
    clock.lapse(11_000);
    clock.advance(0);
    expect(ann.state).toBe("connecting");
    relay.socket.accept();
    const asked = outcomeOf(ann.ask("calc", {}, { timeout: 5_000 }));
    clock.lapse(11_000);
    clock.advance(0);
    await settled();
    expect(asked).toEqual({});
    const { $call } = relay.socket.take("$call");
    relay.socket.deliver({ toS: 1, sum: 3, $answer: { id: Object($call).id }, sID: 9, FROM: "calc" });
    await settled();
    expect(asked.value).toEqual({ sum: 3 });
  });

  test.each([Number.POSITIVE_INFINITY, Number.NaN, 0, -1])(
    "heartbeat: { dead: %p } is no time to wait: the default counts",
    (dead) => {
      const { ann, relay, clock } = readyClient({ heartbeat: { after: 1_000, dead } });
      clock.advance(1_000);
      expect(relay.socket.has("$time")).toBe(true);
      clock.advance(9_999);
      expect(ann.state).toBe("ready");
      clock.advance(1);
      expect(ann.state).toBe("waiting");
    },
  );

  test("heartbeat: { after, dead } decide when silence counts", () => {
    const { ann, relay, clock } = readyClient({ heartbeat: { after: 1_000, dead: 2_000 } });
    clock.advance(1_000);
    expect(relay.socket.has("$time")).toBe(true);
    clock.advance(1_999);
    expect(ann.state).toBe("ready");
    clock.advance(1);
    expect(ann.state).toBe("waiting");
    const off = readyClient({ heartbeat: { after: 0 } });
    off.clock.advance(3_600_000);
    expect([off.ann.state, off.relay.socket.has("$time")]).toEqual(["ready", false]);
  });
});
