import { describe, expect, test } from "bun:test";
import { connectingClient, faultOf, readyClient, settled } from "./kit/scripted-client.ts";

describe("coming up", () => {
  test("R1: asks for the subprotocol; the instance is the path", () => {
    const { relay } = connectingClient({ instance: "a b" });
    expect(relay.socket.protocols).toEqual(["achex.2"]);
    expect(relay.socket.url).toBe("ws://relay/a%20b");
  });

  test("R5, R10: ready after hello and login, in that order; ids, name and hello can be read", async () => {
    const { relay, ann, states } = connectingClient({ passwd: "p" });
    expect(ann.state).toBe("connecting");
    relay.socket.open();
    expect(relay.socket.inbox).toEqual([]);
    relay.socket.hello(7);
    const login = relay.socket.take("setID");
    expect(login).toEqual({ $ref: 1, setID: "Ann", passwd: "p" });
    expect(states).toEqual([]);
    relay.socket.reply(login, { name: "Ann" });
    expect(states).toEqual(["ready"]);
    expect([ann.sid, ann.name, ann.hello.version]).toEqual([7, "Ann", "test"]);
    await ann.ready();
  });

  test("K12: a service logs in with its idtag", () => {
    const { relay } = connectingClient({ name: "calc", service: true, idtag: "calc-2" });
    relay.socket.hello();
    expect(relay.socket.take("serviceID")).toMatchObject({ serviceID: "calc", passwd: "", idtag: "calc-2" });
  });

  test("a refused login is the end: ready() and what waited are rejected with its fault", async () => {
    const { relay, ann, clock } = connectingClient();
    const ready = faultOf(ann.ready());
    const send = faultOf(ann.to("Bob").send({ n: 1 }));
    relay.socket.hello();
    relay.socket.refuse(relay.socket.take("setID"), "wrong-password");
    expect((await ready).code).toBe("wrong-password");
    expect((await send).code).toBe("wrong-password");
    expect([ann.state, ann.reason?.code, clock.pending]).toEqual(["closed", "wrong-password", 0]);
  });

  test("after a refused login, login() tries again with what it is given", async () => {
    const { relay, ann } = connectingClient();
    relay.socket.hello();
    relay.socket.refuse(relay.socket.take("setID"), "name-claimed");
    const login = ann.login({ name: "Anna", passwd: "q" });
    const send = ann.to("Bob").send({ n: 1 });
    relay.socket.accept(2);
    await login;
    relay.socket.reply(relay.socket.take("to"), { taken: 1 });
    expect((await send).taken).toBe(1);
    expect([ann.state, ann.name]).toEqual(["ready", "Anna"]);
  });

  test("A6: login() while logged in changes the name; refused, the old one stays, also after a reconnection", async () => {
    const { relay, ann, reconnect } = readyClient();
    const login = ann.login({ name: "Anna" });
    relay.socket.reply(relay.socket.take("setID"), { name: "Anna" });
    await login;
    expect(ann.name).toBe("Anna");
    const refused = faultOf(ann.login({ name: "Root" }));
    relay.socket.refuse(relay.socket.take("setID"), "name-reserved");
    expect((await refused).code).toBe("name-reserved");
    relay.socket.drop();
    reconnect();
    expect(ann.name).toBe("Anna");
  });

  test("a throttled login is tried again", () => {
    const { relay, ann, reconnect } = connectingClient();
    relay.socket.hello();
    relay.socket.refuse(relay.socket.take("setID"), "throttled");
    expect(ann.state).toBe("waiting");
    reconnect();
    expect([ann.state, relay.sockets.length]).toEqual(["ready", 2]);
  });
});

describe("drops while connecting", () => {
  test("before hello: connects again", () => {
    const { relay, ann, reconnect, losses } = connectingClient();
    relay.socket.open();
    relay.socket.drop();
    expect(ann.state).toBe("waiting");
    reconnect();
    expect([ann.state, losses.length]).toEqual(["ready", 0]);
  });

  test("after the login was sent: logs in again, once", () => {
    const { relay, ann, reconnect, losses } = connectingClient();
    relay.socket.hello();
    relay.socket.take("setID");
    relay.socket.drop();
    reconnect(3);
    expect([ann.state, ann.sid, losses.length, relay.sockets.length]).toEqual(["ready", 3, 0, 2]);
  });

  test("no hello within 10 s counts as a dropped connection", () => {
    const { relay, ann, clock } = connectingClient();
    relay.socket.open();
    clock.advance(9_999);
    expect(ann.state).toBe("connecting");
    clock.advance(1);
    expect([ann.state, relay.socket.over]).toEqual(["waiting", true]);
  });
});

describe("coming back", () => {
  test("full jitter: up to 0.5 s, 1 s, 2 s and so on to 20 s, for ever", () => {
    const { relay, clock } = connectingClient();
    const pauses: number[] = [];
    for (let attempt = 0; attempt < 8; attempt++) {
      const count = relay.sockets.length;
      relay.socket.drop();
      const from = clock.now();
      while (relay.sockets.length === count) clock.advance(1);
      pauses.push(clock.now() - from);
    }
    expect(pauses).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
  });

  test("a connection that lived for 5 s makes the next pause short again", () => {
    const { relay, clock, ann, reconnect } = readyClient();
    for (let n = 0; n < 6; n++) {
      relay.socket.drop();
      reconnect();
    }
    clock.advance(5_001);
    relay.socket.drop();
    clock.advance(250);
    expect([ann.state, relay.sockets.length]).toEqual(["connecting", 8]);
  });

  test("R9: a close code of the range retry is followed by another attempt, one of the range stop is not", () => {
    const { relay, ann, reconnect, clock } = readyClient();
    relay.socket.drop(4001, "server is stopping");
    reconnect();
    expect(ann.state).toBe("ready");
    relay.socket.drop(4500, "account changed");
    expect(ann.state).toBe("closed");
    expect([ann.reason?.code, ann.reason?.message]).toEqual(["dismissed", "by the server: 4500 account changed"]);
    expect(clock.pending).toBe(0);
  });

  test("R9: after a close that says stop, login() is the way back; after close() there is none", async () => {
    const { relay, ann } = readyClient();
    relay.socket.drop(4500, "account changed");
    const login = ann.login({ name: "Ann", passwd: "new" });
    relay.socket.accept(2);
    await login;
    expect([ann.state, ann.sid]).toEqual(["ready", 2]);
    ann.close();
    expect((await faultOf(ann.login({ name: "Ann" }))).code).toBe("closed");
    expect(relay.sockets.length).toBe(2);
  });

  test("one event per dropped connection says what may be lost", () => {
    const { relay, ann, losses, reconnect } = readyClient();
    void ann.to("Bob").send({ n: 1 });
    void ann.to("Bob").send({ n: 2 }, { repeatable: true });
    relay.socket.drop(1006, "gone");
    reconnect();
    expect(losses).toEqual([{ code: 1006, reason: "gone", unknown: 1, repeated: 1 }]);
  });
});

describe("R60: silence", () => {
  test("after 15 s it asks for the time; an answer is a sign of life", () => {
    const { relay, ann, clock } = readyClient();
    clock.advance(14_999);
    expect(relay.socket.has("$time")).toBe(false);
    clock.advance(1);
    relay.socket.answerTime(1);
    clock.advance(10_001);
    expect(ann.state).toBe("ready");
  });

  test("a half-open connection is given up within 35 s of the last word", () => {
    const { relay, ann, clock, losses } = readyClient();
    clock.advance(4_999);
    relay.socket.deliver({ toH: "x", sID: 2, FROM: "Bob" });
    clock.advance(30_001);
    expect(ann.state).not.toBe("ready");
    expect(losses.length).toBe(1);
  });

  test("whatever comes counts as a sign of life", () => {
    const { relay, ann, clock } = readyClient();
    for (let second = 0; second < 29; second++) {
      clock.advance(1_000);
      relay.socket.deliver({ to: "Ann", sID: 2, FROM: "Bob" });
    }
    expect([ann.state, relay.socket.has("$time")]).toEqual(["ready", false]);
  });

  test("a machine that has slept asks at its first tick", () => {
    const { relay, clock } = readyClient();
    clock.lapse(3_600_000);
    clock.advance(0);
    expect(relay.socket.has("$time")).toBe(true);
  });
});

describe("the end", () => {
  test("close() closes cleanly, says so, and leaves no timer", () => {
    const { relay, ann, states, clock, faults } = readyClient();
    ann.close();
    expect([relay.socket.closedWith, ann.state, ann.reason?.code]).toEqual([1000, "closed", "closed"]);
    expect(states.at(-1)).toBe("closed");
    expect([clock.pending, faults.length]).toEqual([0, 0]);
  });

  test("close() while waiting and while connecting leaves no timer", () => {
    const waiting = connectingClient();
    waiting.relay.socket.drop();
    waiting.ann.close();
    const connecting = connectingClient();
    connecting.ann.close();
    expect([waiting.clock.pending, connecting.clock.pending]).toEqual([0, 0]);
    waiting.clock.advance(60_000);
    expect(waiting.relay.sockets.length).toBe(1);
  });

  test("afterwards everything is rejected as closed", async () => {
    const { ann } = readyClient();
    ann.close();
    const ends = [ann.to("Bob").send({}), ann.hub("h").join(), ann.ask("Bob", {}), ann.ready(), ann.watch("Bob")];
    for (const end of ends) expect((await faultOf(end)).code).toBe("closed");
  });

  test("R16: latency is the round trip, the clock's offset goes by its middle", async () => {
    const { relay, ann, clock } = connectingClient();
    relay.socket.hello();
    relay.socket.reply(relay.socket.take("setID"), { name: "Ann" });
    for (let n = 0; n < 5; n++) {
      clock.advance(200);
      relay.socket.answerTime(clock.now() + 400);
    }
    const latency = ann.latency();
    await settled();
    clock.advance(40);
    relay.socket.answerTime(clock.now() + 480);
    expect(await latency).toBe(40);
    expect(ann.clockOffset).toBe(500);
  });

  test("R16, R60: the event latency comes with each login and with each silence that is broken", () => {
    const { relay, ann, clock, reconnect } = connectingClient();
    const measured: number[] = [];
    ann.on("latency", ({ milliseconds }) => measured.push(milliseconds));
    relay.socket.accept();
    clock.advance(15_000);
    clock.advance(30);
    relay.socket.answerTime(clock.now());
    relay.socket.drop();
    reconnect();
    expect(measured).toEqual([0, 30, 0]);
  });
});
