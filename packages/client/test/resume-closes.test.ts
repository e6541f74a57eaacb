import { describe, expect, test } from "bun:test";
import { heardBy, message, resumableReady } from "./kit/resumable-client.ts";
import { outcomeOf, settled } from "./kit/scripted-client.ts";

describe("R75, R82: close codes", () => {
  test.each([
    [1001, "resumes"],
    [1006, "resumes"],
    [1011, "resumes"],
    [1012, "resumes"],
    [4004, "resumes"],
    [4001, "starts over"],
    [4002, "starts over"],
    [4003, "starts over"],
    [4005, "starts over"],
    [4006, "starts over"],
    [4499, "starts over"],
    [1002, "stops"],
    [1008, "stops"],
    [1009, "stops"],
    [4500, "stops"],
  ])("%d: the client %s", async (code, what) => {
    const client = resumableReady();
    const { ann, relay, losses } = client;
    const end = outcomeOf(ann.to("Bob").send({}));
    relay.close(code, "because");
    await settled();
    expect([end.code, losses.length]).toEqual(what === "resumes" ? [undefined, 0] : ["unknown", 1]);
    expect(ann.state).toBe(what === "stops" ? "closed" : "waiting");
    if (what === "stops") return;
    client.redial();
    expect(relay.line.protocols.length).toBe(what === "resumes" ? 2 : 1);
  });

  test("restarting: the next attempts follow quickly, for seconds", () => {
    const { relay, clock } = resumableReady();
    relay.close(4004);
    for (let attempt = 0; attempt < 6; attempt++) {
      const { length } = relay.lines;
      clock.advance(250);
      expect(relay.lines.length).toBe(length + 1);
      relay.drop();
    }
  });
});

describe("R74: old and new connection at once", () => {
  test("a half-open connection is replaced, not closed: a close would end the session", async () => {
    const client = resumableReady();
    const { ann, relay, clock, losses } = client;
    const heard = heardBy(client);
    const old = relay.line;
    const end = outcomeOf(ann.to("Bob").send({ n: 1 }));
    // Nothing gets through any more, and nobody is told.
    clock.advance(25_000);
    expect([ann.state, old.closedWith]).toEqual(["waiting", undefined]);
    relay.session.send(message(1));
    client.return();
    await settled();
    expect([ann.state, end.value, heard, losses]).toEqual(["ready", { taken: 1 }, [1], []]);
    expect([old.over, relay.session.isOver, relay.session.line]).toEqual([true, false, relay.line]);
  });

  test("what the old one still delivers, and its end, are ignored", () => {
    const client = resumableReady();
    const { ann, relay, clock } = client;
    const heard = heardBy(client);
    const old = relay.line;
    clock.advance(25_000);
    client.return();
    old.deliver(message(1));
    old.onclose?.({ code: 4500, reason: "" });
    expect([ann.state, heard]).toEqual(["ready", []]);
  });

  test("an attempt that hangs is given up; when its resume arrives after that of the next one, it is stale", async () => {
    const client = resumableReady();
    const { ann, relay, clock } = client;
    relay.drop();
    client.redial();
    const first = relay.line;
    relay.step(first, "down", 0);
    clock.advance(10_000);
    expect(ann.state).toBe("waiting");
    expect(first.closedWith).toBeUndefined();
    client.redial();
    const second = relay.line;
    relay.step(second, "down", 0);
    relay.step(second, "up", 1);
    relay.step(first, "up", 1);
    expect(relay.outcomes).toEqual(["resumed", "resume-stale"]);
    relay.flush();
    expect([ann.state, ann.sid, first.over]).toEqual(["ready", 1, true]);
  });

  test("an attempt that never opened is closed: it cannot hold the session", () => {
    const client = resumableReady();
    const { relay, clock } = client;
    relay.drop();
    client.redial();
    const hanging = relay.line;
    clock.advance(10_000);
    expect(hanging.over).toBe(true);
  });

  test("close() while waiting and while resuming leaves no timer, and closes what the server may still hold", async () => {
    for (const redials of [false, true]) {
      const client = resumableReady();
      const { ann, relay, clock } = client;
      const end = outcomeOf(ann.to("Bob").send({}));
      const old = relay.line;
      clock.advance(25_000);
      if (redials) client.redial();
      ann.close();
      await settled();
      expect([end.code, clock.pending, ann.state]).toEqual(["unknown", 0, "closed"]);
      expect([old.over, relay.session.isOver]).toEqual([true, true]);
    }
  });

  test("a listener of waiting closes the client: nothing is tried again", () => {
    const { ann, relay, clock } = resumableReady();
    ann.on("state", (state) => state === "waiting" && ann.close());
    relay.drop();
    expect([ann.state, clock.pending]).toEqual(["closed", 0]);
  });
});
