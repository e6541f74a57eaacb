import { describe, expect, test } from "bun:test";
import { addressKeys, stampKeys } from "@achex/protocol";
import { receiveFiles, sendFile } from "../src/files.ts";
import { CAPACITY } from "../src/frame-log.ts";
import type { Message, StandardSchema } from "../src/index.ts";
import type { Data } from "../src/json.ts";
import { cloud } from "../src/legacy.ts";
import { openStream } from "../src/streams.ts";
import { connectingClient, faultOf, outcomeOf, readyClient, settled } from "./kit/scripted-client.ts";
import { until } from "./kit/until.ts";

describe("listeners", () => {
  test("on() returns its own off, of a client and of a room", () => {
    const { ann, relay } = readyClient();
    const heard: unknown[] = [];
    const offs = [
      ann.on("message", ({ data }) => heard.push(["client", data.n])),
      ann.hub("h").on("message", ({ data }) => heard.push(["room", data.n])),
    ];
    relay.socket.deliver({ toH: "h", n: 1, sID: 2, FROM: "Bob" });
    for (const off of offs) off();
    relay.socket.deliver({ toH: "h", n: 2, sID: 2, FROM: "Bob" });
    expect(heard).toEqual([
      ["room", 1],
      ["client", 1],
    ]);
  });

  test("an ended question leaves no listener at its signal", async () => {
    const { ann, relay } = readyClient();
    const controller = new AbortController();
    let listening = 0;
    const { addEventListener, removeEventListener } = controller.signal;
    Object.assign(controller.signal, {
      addEventListener(...given: Parameters<typeof addEventListener>) {
        listening++;
        addEventListener.apply(controller.signal, given);
      },
      removeEventListener(...given: Parameters<typeof removeEventListener>) {
        listening--;
        removeEventListener.apply(controller.signal, given);
      },
    });
    const asked = faultOf(ann.ask("calc", {}, { signal: controller.signal }));
    expect(listening).toBe(1);
    relay.socket.refuse(relay.socket.take("$call"), "no-such-name");
    await asked;
    expect(listening).toBe(0);
  });
});

describe("the bounds of what waits", () => {
  test("more repeatable sends under way than may wait: the last are rejected as unknown", async () => {
    const { ann, relay, losses } = readyClient();
    const { frames } = CAPACITY;
    const ends = Array.from({ length: frames + 1 }, (_, n) =>
      outcomeOf(ann.to("Bob").send({ n }, { repeatable: true })),
    );
    relay.socket.drop();
    await settled();
    expect(losses[0]).toMatchObject({ repeated: frames, unknown: 1 });
    expect(ends.map(({ code }) => code).filter(Boolean)).toEqual(["unknown"]);
  });

  test("close(): what is under way is unknown, what has waited was never sent", async () => {
    const { ann, relay } = readyClient();
    const underWay = faultOf(ann.to("Bob").send({}));
    ann.close();
    expect((await underWay).code).toBe("unknown");
    const second = connectingClient();
    const waiting = faultOf(second.ann.to("Bob").send({}));
    second.ann.close();
    expect((await waiting).code).toBe("closed");
    expect(relay.socket.closedWith).toBe(1000);
  });

  test("R40: a header beyond 60,000 bytes is too large, whatever the server takes", async () => {
    const { ann } = readyClient();
    const sent = ann.to("Bob").sendBinary(new Uint8Array(1), { text: "x".repeat(60_000) });
    const { code, message } = await faultOf(sent);
    expect([code, message]).toEqual(["too-large", expect.stringMatching(/header has 60\d+ bytes.* 60000/)]);
  });
});

describe("rooms", () => {
  test("left before the join was answered: neither its result nor its refusal counts", async () => {
    const { ann, relay, faults } = readyClient();
    const room = ann.hub("h");
    for (const answer of ["reply", "refuse"] as const) {
      const join = faultOf(room.join());
      const leave = room.leave();
      expect((await join).code).toBe("aborted");
      const frame = relay.socket.take("joinHub");
      if (answer === "reply") relay.socket.reply(frame, { count: 5 });
      else relay.socket.refuse(frame, "too-many-channels");
      relay.socket.reply(relay.socket.take("leaveHub"));
      await leave;
      expect(room.count).toBe(0);
    }
    expect(faults).toEqual([]);
  });

  test("R21: a member reported twice counts once; any key may be an attribute", async () => {
    const { ann, relay } = readyClient();
    const room = ann.hub("h");
    const join = room.join({ presence: true });
    await until("the join", () => relay.socket.has("joinHub"));
    relay.socket.reply(relay.socket.take("joinHub"), { count: 1 });
    await join;
    for (let n = 0; n < 2; n++)
      relay.socket.deliver('{"$joined":{"hub":"h","name":"Eve","sid":9,"joined":5,"attributes":{"__proto__":"x"}}}');
    expect([room.count, room.members.length]).toEqual([1, 1]);
    expect(Object.keys(room.members[0]?.attributes ?? {})).toEqual(["__proto__"]);
  });
});

describe("payloads", () => {
  test("each key that would be read as something else is reserved", async () => {
    const { ann } = readyClient();
    for (const key of [...addressKeys.map(([one]) => one), ...stampKeys, "$x", "$"])
      expect(`${key} ${(await faultOf(ann.to("Bob").send({ [key]: 1 }))).code}`).toBe(`${key} bad-payload`);
    for (const key of ["To", "from", "sid", "x$", "toSome", "bcc"])
      expect(outcomeOf(ann.to("Bob").send({ [key]: 1 }))).toEqual({});
  });

  test("a schema that cannot answer at once is refused in words", async () => {
    const slow: StandardSchema<Data> = {
      "~standard": { version: 1, vendor: "slow", validate: async () => ({ value: {} }) },
    };
    const { ann } = readyClient({ schemas: { direct: slow } });
    expect(await faultOf(ann.to("Bob").send({}))).toMatchObject({
      code: "invalid",
      message: "message: asynchronous schema",
    });
  });

  test("R36: to the original protocol, $call and $answer are keys like any other", async () => {
    const { ann, relay } = connectingClient({ dialect: cloud });
    await until("the connection", () => relay.sockets.length === 1);
    relay.socket.open();
    relay.socket.take("auth");
    relay.socket.deliver({ auth: "OK", SID: 7 });
    // They are sent nothing they were not asked for.
    expect([ann.state, relay.socket.inbox]).toEqual(["ready", []]);
    const heard: Message[] = [];
    ann.on("message", (message) => heard.push(message));
    for (const key of ["$call", "$answer"]) relay.socket.deliver({ to: "Ann", [key]: { id: 1 }, sID: 2, FROM: "Bob" });
    expect(heard.map(({ data }) => data)).toEqual([{ $call: { id: 1 } }, { $answer: { id: 1 } }]);
  });

  test("A5, A7: a server of the original protocol that invites to come again is asked again", async () => {
    const { ann, relay } = connectingClient({ dialect: cloud });
    await until("the connection", () => relay.sockets.length === 1);
    relay.socket.open();
    relay.socket.deliver({ auth: "FAILED", REASON: "too many failed logins; try again in a minute" });
    expect(ann.state).toBe("waiting");
  });
});

test("every ignored failure is reported by the event fault, never by an unhandled rejection", async () => {
  const { ann, relay, faults } = readyClient();
  const room = ann.hub("h");
  const ignored: Record<string, () => unknown> = {
    to: () => ann.to("Bob").send({}),
    joinHub: () => room.join(),
    leaveHub: () => room.leave(),
    $members: () => room.page(),
    $watch: () => ann.watch("Bob"),
    setID: () => ann.login({ name: "Anna" }),
    $time: () => ann.latency(),
    $call: () => ann.ask("calc", {}),
  };
  const streams = [() => openStream(ann, "Bob"), () => sendFile(ann, "Bob", new File(["x"], "x"))];
  for (const [key, act] of [...Object.entries(ignored), ...streams.map((act) => ["$call", act] as const)]) {
    faults.length = 0;
    void act();
    await until(key, () => relay.socket.has(key));
    relay.socket.refuse(relay.socket.take(key), "too-many-calls");
    await until(`the fault of ${key}`, () => faults.length === 1);
    expect(`${key} ${faults[0]?.code}`).toBe(`${key} too-many-calls`);
  }
  ann.close();
  for (const act of [...Object.values(ignored), ...streams, () => ann.ready(), () => ann.drain()]) void act();
  await settled();
});

describe("files", () => {
  const meta = { file: { id: "f", name: "x", type: "", size: 3 } };
  /** Bob, to whom a file of three bytes is on its way. */
  const coming = async () => {
    const scripted = readyClient();
    const blobs: Promise<unknown>[] = [];
    receiveFiles(scripted.ann, (file) => {
      const blob = file.blob();
      blobs.push(blob);
      return blob;
    });
    const { socket } = scripted.relay;
    socket.deliver({ to: "Ann", ...meta, $call: { id: 7, stream: true }, sID: 9, FROM: "Bob" });
    await until("the credit", () => socket.has("$answer"));
    socket.take("$answer");
    return { ...scripted, socket, blobs };
  };

  test("one that does not agree with its SHA-256 is not delivered, and both sides get a fault", async () => {
    const { socket, blobs } = await coming();
    socket.deliverBinary({ toS: 1, $call: { id: 7, data: true }, sID: 9, FROM: "Bob" }, new Uint8Array(3 + 32));
    socket.deliver({ toS: 1, size: 35, $call: { id: 7, end: true }, sID: 9, FROM: "Bob" });
    const [blob] = blobs;
    expect(blob && (await faultOf(blob)).message).toContain("SHA-256");
    await until("the refusal", () => socket.has("$answer"));
    expect(socket.take("$answer").$answer).toMatchObject({ fault: { code: "failed" } });
  });

  test("one whose sender stays away is given up after a minute, and no timer is left", async () => {
    const { ann, socket, blobs, clock } = await coming();
    socket.deliver({ $call: { cancel: 7 }, sID: 9 });
    await until("the pause", () => clock.pending === 2);
    const [blob] = blobs;
    const end = outcomeOf(blob ?? Promise.resolve());
    ann.close();
    await until("the end", () => end.code !== undefined);
    expect(clock.pending).toBe(0);
    const again = await coming();
    again.socket.deliver({ $call: { cancel: 7 }, sID: 9 });
    await until("the pause", () => again.clock.pending === 2);
    const late = outcomeOf(again.blobs[0] ?? Promise.resolve());
    again.clock.advance(59_000);
    await settled();
    expect(late).toEqual({});
    again.clock.advance(1_000);
    await until("the end", () => late.code === "aborted");
  });

  test("sending is given up when the receiver stays away for a minute", async () => {
    const { ann, relay, clock } = readyClient();
    const sending = outcomeOf(sendFile(ann, "Bob", new File(["abc"], "x")));
    for (let minute = 0; minute < 3 && sending.code === undefined; minute += 0.25) {
      await until("an attempt, or the end", () => relay.socket.has("$call") || sending.code !== undefined);
      if (!relay.socket.has("$call")) break;
      const { $call } = relay.socket.take("$call");
      relay.socket.deliver({ $answer: { id: Object($call).id, fault: { code: "callee-gone", message: "gone" } } });
      await settled();
      clock.advance(15_000);
      if (relay.socket.has("$time")) relay.socket.answerTime(1);
      await settled();
    }
    expect(sending.code).toBe("callee-gone");
  });

  test("one that was given up before it began is not offered", async () => {
    const { ann, relay } = readyClient();
    const sent = relay.socket.texts.length;
    const sending = sendFile(ann, "Bob", new File(["x"], "x"), { signal: AbortSignal.abort("no") });
    expect((await faultOf(sending)).code).toBe("aborted");
    expect(relay.socket.texts.length).toBe(sent);
  });
});
