import { describe, expect, test } from "bun:test";
import { helloLimits } from "../../src/config/limits.ts";
import { createAchex2Node } from "../kit/achex2-client.ts";
import { defaultLimits } from "../kit/node.ts";

describe("[R60] the heartbeat", () => {
  test("[R60] pings after 15 s of silence and cuts 20 s later", () => {
    const { achex2, seconds } = createAchex2Node();
    const { socket } = achex2("Ann").connection;
    seconds(14);
    expect(socket.pings).toEqual([]);
    seconds(1);
    expect(socket.pings).toHaveLength(1);
    seconds(19);
    expect(socket.terminated).toBe(false);
    seconds(1);
    expect(socket.terminated).toBe(true);
  });

  test("[R60 H1] any activity restarts it, and legacy dialects keep their 25 s and 20 s", () => {
    const { achex2, legacy, seconds } = createAchex2Node();
    const [ann, bob, kim] = [achex2("Ann"), achex2("Bob"), legacy("Kim")];
    for (let round = 0; round < 5; round++) {
      seconds(14);
      ann.send({ $time: true });
      bob.connection.session.pong("");
      kim.connection.session.pong("");
    }
    for (const { connection } of [ann, bob]) expect(connection.socket.pings).toEqual([]);
    seconds(34);
    for (const { connection } of [ann, bob]) expect(connection.socket.terminated).toBe(false);
    seconds(10);
    for (const { connection } of [ann, bob]) expect(connection.socket.terminated).toBe(true);
    expect(kim.connection.socket.terminated).toBe(false);
    seconds(1);
    expect(kim.connection.socket.terminated).toBe(true);
  });

  test("[R60 R5] an operator may make it shorter or switch it off, and the hello says so", () => {
    const heartbeat = (pingAfterSeconds: number, deadAfterSeconds: number) => {
      const { connectClient, seconds } = createAchex2Node({ pingAfterSeconds, deadAfterSeconds });
      const person = connectClient();
      const [hello] = person.receivedValues("$hello");
      seconds(100);
      const { pings, terminated } = person.connection.socket;
      return { said: Object(hello).heartbeat, pings: pings.length, terminated };
    };
    expect(heartbeat(5, 5)).toEqual({ said: 5, pings: 1, terminated: true });
    expect(heartbeat(60, 60)).toEqual({ said: 15, pings: 1, terminated: true });
    expect(heartbeat(0, 20)).toEqual({ said: 0, pings: 0, terminated: false });
    expect(heartbeat(25, 0)).toEqual({ said: 15, pings: 1, terminated: false });
  });
});

test("[R5] the hello tells the limits in force, 0 where there is none", () => {
  const { connectClient } = createAchex2Node({ frameBytes: 0, channels: 7, depth: 0 });
  const [hello] = connectClient("achex.2", "hall").receivedValues("$hello");
  expect(hello).toEqual({
    sid: 1,
    version: "test",
    instance: "hall",
    time: 1_767_225_600_000,
    heartbeat: 15,
    limits: { ...helloLimits(defaultLimits), frame: 0, framesPerSecond: 0, bytesPerSecond: 0, channels: 7, depth: 0 },
  });
});

test("[R9 X1 X3] closes by the server have the codes of achex.2, for the legacy dialects their own", () => {
  const { achex2, legacy } = createAchex2Node();
  const codes = (["goingAway", "accountChanged"] as const).map((name) =>
    [achex2("Ann"), legacy("Kim")].map(({ connection }) => {
      connection.session.close(name, "shutdown");
      return connection.socket.closedWith?.code;
    }),
  );
  expect(codes).toEqual([
    [4001, 1001],
    [4500, 1008],
  ]);
});

test("[R10 A6 R61] another login keeps rooms, watches and calls, and moves what is sent to the name", () => {
  const { achex2 } = createAchex2Node();
  const [ann, bob] = [achex2("Ann"), achex2("Bob")];
  bob.result({ joinHub: "h" });
  bob.result({ $watch: ["Cid"] });
  ann.result({ to: "Bob", $call: { id: 1 } });
  bob.received();
  expect(bob.result({ setID: "Bea" })).toEqual({ name: "Bea" });
  expect(ann.fault({ to: "Bob" })).toBe("no-such-name");
  expect(ann.result({ toH: "h" })).toEqual({ taken: 1 });
  achex2("Cid");
  expect(bob.received()).toMatchObject([{ toH: "h" }, { $online: "Cid" }]);
  expect(bob.result({ toS: ann.sid, $answer: { id: 1 } })).toEqual({ taken: 1 });
  expect(ann.received()).toMatchObject([{ FROM: "Bea" }]);
});
