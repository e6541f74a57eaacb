import { describe, expect, test } from "bun:test";
import { isJsonObject } from "@achex/protocol";
import { keepingNode, member } from "./kit.ts";

describe("[R140] positions", () => {
  test("[R140 R141] a message is stored, delivered with its position, and then confirmed", async () => {
    const { achex2, ask, heard } = keepingNode();
    const [ann, bob] = [achex2("Ann"), achex2("Bob")];
    member(ann, "k1");
    member(bob, "k1");
    expect(await ask(ann, { toH: "k1", n: 1 })).toEqual({ result: { taken: 1, seq: 1 } });
    expect(await ask(ann, { toH: "k1", n: 2 })).toEqual({ result: { taken: 1, seq: 2 } });
    expect(await heard(bob)).toMatchObject([
      { toH: "k1", n: 1, sID: ann.sid, FROM: "Ann", $seq: 1 },
      { toH: "k1", n: 2, $seq: 2 },
    ]);
  });

  test("[R140] nothing is delivered or confirmed before it is stored", async () => {
    const { achex2, log, settle, heard } = keepingNode();
    const [ann, bob] = [achex2("Ann"), achex2("Bob")];
    member(ann, "k1");
    member(bob, "k1");
    log.isImmediate = false;
    ann.send({ $ref: 9, toH: "k1" });
    await settle();
    expect([...ann.received(), ...bob.received()]).toEqual([]);
    log.commit();
    await settle();
    expect(await heard(ann)).toEqual([{ $ref: 9, $result: { taken: 1, seq: 1 } }]);
    expect(await heard(bob)).toHaveLength(1);
  });

  test("[R140 S2] legacy members receive the bytes they always got, and their messages are stored as well", async () => {
    const { achex2, connectClient, heard, ask } = keepingNode();
    const ann = achex2("Ann");
    const old = connectClient("classic");
    old.send({ auth: "Old" }).send({ joinHub: "k1" });
    old.received();
    member(ann, "k1");
    await ask(ann, { toH: "k1", msg: "to old" });
    expect(await heard(old)).toEqual([{ toH: "k1", msg: "to old", sID: ann.sid, FROM: "Ann" }]);
    old.send('{"toH":"k1","$seq":99}');
    expect(await heard(ann)).toMatchObject([{ toH: "k1", sID: old.sid, FROM: "Old", $seq: 2 }]);
  });

  test("[R141 M5] the frames of a session take effect in order: what follows a stored message waits for it", async () => {
    const { achex2, log, settle, heard } = keepingNode();
    const [ann, bob] = [achex2("Ann"), achex2("Bob")];
    for (const hub of ["k1", "k2", "plain"]) for (const one of [ann, bob]) member(one, hub);
    log.isImmediate = false;
    for (const hub of ["k1", "k2", "plain", "k1"]) ann.send({ toH: hub });
    ann.send({ $ref: 5, $time: true });
    await settle();
    expect(ann.received()).toEqual([]);
    log.commit();
    await settle();
    log.commit();
    expect((await heard(bob)).map(({ toH }) => toH)).toEqual(["k1", "k2", "plain", "k1"]);
    expect(await heard(ann)).toMatchObject([{ $ref: 5 }]);
  });

  test("[R6 R141] results arrive in the order of the messages, also those of messages that fail at once", async () => {
    const { achex2, log, settle } = keepingNode();
    const ann = achex2("Ann");
    member(ann, "k1");
    log.isImmediate = false;
    log.maxQueue = 1;
    for (let $ref = 1; $ref <= 3; $ref++) ann.send({ $ref, toH: "k1" });
    await settle();
    expect(ann.received()).toEqual([]);
    log.commit();
    await settle();
    expect(ann.received().filter((frame) => isJsonObject(frame) && "$ref" in frame)).toMatchObject([
      { $ref: 1, $result: { seq: 1 } },
      { $ref: 2, $fault: { code: "keep-busy" } },
      { $ref: 3, $fault: { code: "keep-busy" } },
    ]);
  });

  test("[R141] what cannot be stored is not delivered, and its sender gets a fault that says why", async () => {
    const { achex2, log, ask, heard } = keepingNode();
    const [ann, bob] = [achex2("Ann"), achex2("Bob")];
    member(ann, "k1");
    member(bob, "k1");
    log.isBroken = true;
    expect(await ask(ann, { toH: "k1" })).toEqual({ fault: "keep-failed" });
    log.isBroken = false;
    log.maxQueue = 0;
    expect(await ask(ann, { toH: "k1" })).toEqual({ fault: "keep-busy" });
    log.maxQueue = Number.POSITIVE_INFINITY;
    log.maxChannels = 1;
    expect(await ask(ann, { toH: "k1" })).toEqual({ result: { taken: 1, seq: 1 } });
    expect(await ask(ann, { toH: "k2" })).toEqual({ fault: "keep-full" });
    expect(await heard(bob)).toHaveLength(1);
  });

  test("[R141 L8] drops of legacy dialects are counted: keep-busy, keep-failed, keep-full", async () => {
    const { connectClient, log, node, settle } = keepingNode();
    const old = connectClient("classic");
    old.send({ auth: "Old" });
    log.isBroken = true;
    old.send({ toH: "k1" });
    await settle();
    log.isBroken = false;
    log.maxQueue = 0;
    old.send({ toH: "k1" });
    await settle();
    log.maxQueue = Number.POSITIVE_INFINITY;
    log.maxChannels = 1;
    old.send({ toH: "k1" }).send({ toH: "k2" });
    await settle();
    expect(node.core.counters.drops).toEqual({ "keep-failed": 1, "keep-busy": 1, "keep-full": 1 });
  });

  test("[R140] in a list, each kept channel is served alone, and the result adds up", async () => {
    const { achex2, ask, heard } = keepingNode();
    const [ann, bob] = [achex2("Ann"), achex2("Bob")];
    for (const hub of ["k1", "plain"]) member(bob, hub);
    expect(await ask(ann, { toH: ["k1", "plain", "k2"] })).toEqual({ result: { taken: 2 } });
    expect((await heard(bob)).map(({ $seq }) => $seq)).toEqual([undefined, 1]);
  });

  test("[R140 R141 R6] a list of which nothing can be stored has a reply", async () => {
    const { achex2, ask, log } = keepingNode();
    const ann = achex2("Ann");
    log.maxQueue = 0;
    expect(await ask(ann, { toH: ["k1", "k2"] })).toEqual({ fault: "keep-busy" });
    expect(await ask(ann, { toH: ["k1", "plain"], $id: "x" })).toEqual({ result: { taken: 0 } });
    expect(await ask(ann, { toH: ["k1", "plain"], $id: "x" })).toEqual({ result: { taken: 0, duplicate: true } });
  });

  test("[R140] calls, answers and latest values are not stored", async () => {
    const { achex2, ask, heard } = keepingNode();
    const [ann, bob] = [achex2("Ann"), achex2("Bob")];
    expect(await ask(ann, { to: "Bob", $call: { id: 1 } })).toEqual({ result: { taken: 1 } });
    expect(await ask(ann, { to: "Bob", $latest: "pos" })).toEqual({ result: { taken: 1 } });
    expect((await heard(bob)).map(({ $seq }) => $seq)).toEqual([undefined, undefined]);
  });
});

describe("[R146] idempotent sends", () => {
  test("[R146] a repeated id is not delivered again; the reply is that of the first", async () => {
    const { achex2, ask, heard } = keepingNode();
    const [ann, bob] = [achex2("Ann"), achex2("Bob")];
    for (const hub of ["k1", "plain"]) for (const one of [ann, bob]) member(one, hub);
    for (const [hub, first] of [
      ["plain", { taken: 1 }],
      ["k1", { taken: 1, seq: 1 }],
    ] as const) {
      expect(await ask(ann, { toH: hub, $id: "x" })).toEqual({ result: first });
      expect(await ask(ann, { toH: hub, $id: "x" })).toEqual({ result: { ...first, duplicate: true } });
      const frames = await heard(bob);
      expect(frames).toHaveLength(1);
      expect(frames[0]).not.toHaveProperty("$id");
    }
    expect(await ask(bob, { toH: "k1", $id: "x" })).toEqual({ result: { taken: 1, seq: 2 } });
  });

  test("[R146] also while the first is being stored, and after two minutes in a kept channel", async () => {
    const { achex2, ask, log, settle, seconds } = keepingNode();
    const ann = achex2("Ann");
    log.isImmediate = false;
    ann.send({ $ref: 1, toH: "k1", $id: "x" }).send({ $ref: 2, toH: "k1", $id: "x" });
    await settle();
    log.commit();
    await settle();
    expect(ann.received()).toEqual([
      { $ref: 1, $result: { taken: 0, seq: 1 } },
      { $ref: 2, $result: { taken: 0, seq: 1, duplicate: true } },
    ]);
    log.isImmediate = true;
    seconds(130);
    expect(await ask(achex2("Ann"), { toH: "k1", $id: "x" })).toEqual({
      result: { taken: 0, seq: 1, duplicate: true },
    });
  });

  test("[R146] a rejected message may be sent again", async () => {
    const { achex2, ask, log } = keepingNode();
    const ann = achex2("Ann");
    expect(await ask(ann, { to: "nobody at all", $id: "x" })).toMatchObject({ result: { kept: true } });
    log.isBroken = true;
    expect(await ask(ann, { toH: "k1", $id: "y" })).toEqual({ fault: "keep-failed" });
    log.isBroken = false;
    expect(await ask(ann, { toH: "k1", $id: "y" })).toEqual({ result: { taken: 0, seq: 1 } });
  });
});
