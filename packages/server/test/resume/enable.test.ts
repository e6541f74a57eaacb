import { describe, expect, test } from "bun:test";
import { createAchex2Node } from "../kit/achex2-client.ts";
import { ResumingClient } from "../kit/resuming-client.ts";

const codeOf = (frame: Record<string, unknown>) => {
  const { $fault } = frame;
  return typeof $fault === "object" && $fault !== null && "code" in $fault ? $fault.code : undefined;
};

describe("[R70] a session becomes resumable", () => {
  test("[R70] by its first frame, which is answered at once with a token of 43 characters and the window", () => {
    const { connect } = createAchex2Node();
    const { send, socket } = connect({ dialect: "achex.2" });
    send('{"$resume":true}');
    const [hello, resumable] = socket.flush();
    expect(hello).toStartWith('{"$hello":');
    expect(resumable).toMatch(/^\{"\$resumable":\{"token":"[\w-]{43}","window":120\}\}$/);
  });

  test("[R70] later than that it is a fault, and the session goes on", () => {
    const { connect } = createAchex2Node();
    const { send, socket, session } = connect({ dialect: "achex.2" });
    send('{"setID":"Ann"}');
    send('{"$resume":true}');
    expect(socket.flush().map((text) => codeOf(JSON.parse(text)))).toContain("resume-late");
    expect(session.resumable).toBeUndefined();
    expect(session.state.kind).toBe("named");
  });

  test("[R70] where resume is off the answer is a fault, and the session ends with its connection", () => {
    const node = createAchex2Node({ resumeSeconds: 0 });
    const { send, socket, end } = node.connect({ dialect: "achex.2" });
    send('{"$resume":true}');
    expect(socket.flush().map((text) => codeOf(JSON.parse(text)))).toContain("resume-off");
    send('{"setID":"Ann"}');
    end(1006);
    expect(node.leftovers().sessions).toBe(0);
  });

  test("[R70] a malformed one, or one with a token, makes nothing resumable", () => {
    for (const text of ['{"$resume":1}', '{"$resume":{"token":"x","generation":1,"received":0}}', '{"$resume":{}}']) {
      const { send, session } = createAchex2Node().connect({ dialect: "achex.2" });
      send(text);
      expect(session.resumable).toBeUndefined();
    }
  });

  test("[R70 C1] legacy dialects know no such frame", () => {
    for (const dialect of ["classic", "cloud"] as const) {
      const { send, session, socket } = createAchex2Node().connect({ dialect });
      socket.flush();
      send('{"$resume":true}');
      expect(session.resumable).toBeUndefined();
      expect(socket.flush()).toEqual([]);
    }
  });
});

describe("[R71] frames are counted", () => {
  test("[R71] from the frame after, both ways, with the exceptions of the closed list", () => {
    const node = createAchex2Node();
    const ann = new ResumingClient(node).named("Ann");
    ann.send('{"$time":true}').send({ $ref: 1, $time: true }).send({ $ref: 2, joinHub: "h", $presence: true });
    ann
      .send({ $watch: ["Ann"] })
      .send("not json")
      .send({ $ref: 3, to: "nobody" });
    ann.frames();
    // login, $time with $ref, join, watch, not json, to nobody
    expect(node.node.core.sessions.get(1)?.resumable?.received).toBe(6);
    expect(node.node.core.sessions.get(1)?.log?.total).toBe(ann.received);
    // login, $time, join, fault of not json, fault of nobody
    expect(ann.received).toBe(5);
  });

  test("[R71] on arrival: what waits for its rate is counted, a heartbeat is answered ahead of it", () => {
    const node = createAchex2Node({ framesPerSecond: 1 });
    const ann = new ResumingClient(node).named("Ann");
    for (let n = 0; n < 5; n++) ann.send({ $ref: n, echo: n });
    ann.frames();
    expect(node.node.core.sessions.get(1)?.resumable?.received).toBe(6);
    ann.send('{"$time":true}');
    expect(ann.values("$time")).toHaveLength(1);
    expect(node.node.core.sessions.get(1)?.waitingFrames).toBeGreaterThan(0);
  });

  test("[R71 L2] heartbeats beyond the rate are answered as often as frames are allowed; then they wait like others", () => {
    const node = createAchex2Node({ framesPerSecond: 10 });
    const ann = new ResumingClient(node);
    for (let n = 0; n < 100; n++) ann.send('{"$time":true}');
    expect(ann.values("$time").length).toBeLessThanOrEqual(30);
    expect(node.node.core.sessions.get(1)?.resumable?.received).toBe(0);
  });
});

describe("[R72] acknowledgements", () => {
  test("[R72] come after 256 counted frames, 64 KiB, or five seconds, and only if there is something new", () => {
    const node = createAchex2Node();
    const ann = new ResumingClient(node).named("Ann");
    for (let n = 0; n < 255; n++) ann.send({ echo: 1 });
    ann.frames();
    expect(ann.acknowledged).toBe(256);
    node.seconds(10);
    ann.frames();
    expect(ann.acknowledged).toBe(256);
    ann.send({ echo: "x".repeat(65_536) });
    ann.frames();
    expect(ann.acknowledged).toBe(257);
    ann.send({ echo: 1 });
    node.seconds(4);
    ann.frames();
    expect(ann.acknowledged).toBe(257);
    node.seconds(1);
    ann.frames();
    expect(ann.acknowledged).toBe(258);
  });

  test("[R72] of a client let the server forget what it has received", () => {
    const node = createAchex2Node();
    const ann = new ResumingClient(node).named("Ann");
    const log = node.node.core.sessions.get(1)?.log;
    for (let n = 0; n < 10; n++) ann.send({ echo: n });
    expect(log?.length).toBe(11);
    ann.frames();
    ann.acknowledge();
    expect(log?.length).toBe(0);
    expect(node.node.core.held.total).toBe(0);
  });

  test("[R72] with an impossible count end the session, after the fault", () => {
    for (const received of [12, -1, 1.5, "1", null, 2 ** 60]) {
      const node = createAchex2Node();
      const ann = new ResumingClient(node).named("Ann");
      for (let n = 0; n < 10; n++) ann.send({ echo: n });
      ann.frames();
      ann.acknowledge({ received, sent: 11 });
      expect(ann.frames().map(codeOf)).toEqual(["bad-count"]);
      expect(ann.socket.closedWith?.code).toBe(4006);
      ann.drop();
      expect(node.leftovers().sessions).toBe(0);
    }
  });

  test("[R72] that go back end the session", () => {
    const node = createAchex2Node();
    const ann = new ResumingClient(node).named("Ann");
    ann.send({ echo: 1 }).frames();
    ann.acknowledge({ received: 2, sent: 2 }).acknowledge({ received: 1, sent: 2 });
    expect(ann.socket.closedWith?.code).toBe(4006);
  });

  test("[R72] that show a different count of the client's frames end the session, and are a metric", () => {
    const node = createAchex2Node();
    const ann = new ResumingClient(node).named("Ann");
    ann.acknowledge({ received: 1, sent: 2 });
    expect(ann.socket.closedWith?.code).toBe(4006);
    expect(node.node.core.counters.countMismatches).toBe(1);
    ann.drop();
    expect(node.leftovers().sessions).toBe(0);
  });

  test("[R72] are bounded like any other frame: a flood of them closes the session", () => {
    const node = createAchex2Node({ framesPerSecond: 10 });
    const ann = new ResumingClient(node).named("Ann");
    for (let n = 0; n < 300; n++) ann.acknowledge();
    expect(ann.socket.closedWith?.code).toBe(4002);
  });
});
