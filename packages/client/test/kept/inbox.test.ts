import { describe, expect, test } from "bun:test";
import { connect, type Message, type Options } from "../../src/index.ts";
import { connectingClient, outcomeOf, settled } from "../kit/scripted-client.ts";
import { observed } from "./kit.ts";

const direct = (seq: number) => ({ to: "Ann", n: seq, sID: 9, FROM: "Bob", $seq: seq });
const kept = (more = {}) => ({ $kept: { name: "Ann", epoch: "e", first: 1, head: 9, ...more } });

function inboxClient(options: Options<Record<never, never>> = { inbox: true }) {
  const client = connectingClient(options);
  const { socket } = client.relay;
  socket.hello();
  const login = socket.take("setID");
  socket.reply(login, { name: "Ann" });
  socket.tellTime();
  return {
    ...client,
    login,
    /** Connects again after a lost session, and accepts the login. */
    again() {
      client.relay.socket.drop();
      client.reconnect();
      client.relay.socket.deliver(kept());
    },
    /** Sequence numbers that the client confirms, each accepted. */
    async confirmed() {
      const seqs: unknown[] = [];
      for (await settled(); client.relay.socket.has("$confirm"); await settled()) {
        const frame = client.relay.socket.take("$confirm");
        seqs.push(Object(frame.$confirm).seq);
        client.relay.socket.reply(frame);
      }
      return seqs;
    },
  };
}

describe("R145: inbox", () => {
  test("the login names the device; what arrives has positions and is confirmed up to the last, one confirmation at a time", async () => {
    const { ann, relay, login, confirmed, faults } = inboxClient({ inbox: { device: "phone" } });
    const events = observed(ann);
    expect(login.$inbox).toBe("phone");
    relay.socket.deliver(kept({ missed: 2 }));
    relay.socket.deliver(direct(3));
    await settled();
    for (const seq of [4, 5, 6]) relay.socket.deliver(direct(seq));
    await settled();
    const first = relay.socket.take("$confirm");
    expect(first.$confirm).toEqual({ name: "Ann", device: "phone", seq: 3 });
    relay.socket.reply(first);
    expect(await confirmed()).toEqual([6]);
    expect(events).toEqual([{ in: "Ann", missed: 2, reset: false }, ...[3, 4, 5, 6].map((seq) => [seq, "e", seq])]);
    expect(faults).toEqual([]);
  });

  test("`true` is the device `default`; without the option there is no inbox; a wrong one is refused", () => {
    expect(inboxClient().login.$inbox).toBe("default");
    for (const options of [{}, { inbox: false }]) expect(inboxClient(options).login).not.toHaveProperty("$inbox");
    const wrong = { autoConnect: false, inbox: { device: 5 } };
    expect(() => Reflect.apply(connect, undefined, ["ws://relay", wrong])).toThrow("inbox");
  });

  test("a message is confirmed when its listener's promise is fulfilled, and not before those ahead of it", async () => {
    const { ann, relay, confirmed } = inboxClient();
    const done: (() => void)[] = [];
    ann.on("message", () => new Promise<void>((resolve) => done.push(resolve)));
    relay.socket.deliver(kept());
    for (const seq of [1, 2, 3]) relay.socket.deliver(direct(seq));
    done[1]?.();
    expect(await confirmed()).toEqual([]);
    done[0]?.();
    expect(await confirmed()).toEqual([2]);
    done[2]?.();
    expect(await confirmed()).toEqual([3]);
  });

  test("without a listener, messages wait for one", async () => {
    const { ann, relay, confirmed } = inboxClient();
    relay.socket.deliver(kept());
    relay.socket.deliver(direct(1));
    expect(await confirmed()).toEqual([]);
    const events = observed(ann);
    expect(events).toEqual([[1, "e", 1]]);
    expect(await confirmed()).toEqual([1]);
  });

  test("what was handled does not come twice when its confirmation is lost with the session; the rest does not get lost", async () => {
    const { ann, relay, again, confirmed } = inboxClient();
    const events = observed(ann);
    relay.socket.deliver(kept());
    for (const seq of [1, 2]) relay.socket.deliver(direct(seq));
    await settled();
    again();
    for (const seq of [1, 2, 3]) relay.socket.deliver(direct(seq));
    expect(await confirmed()).toContain(3);
    expect(events).toEqual([1, 2, 3].map((seq) => [seq, "e", seq]));
  });

  test("if a listener fails, its message and those after it are not confirmed, and only it comes again", async () => {
    const { ann, relay, again, confirmed, faults } = inboxClient();
    const seen: unknown[] = [];
    let fails = true;
    ann.on("message", async ({ data }: Message) => {
      seen.push(data.n);
      if (data.n === 2 && fails) throw new Error("disk full");
    });
    relay.socket.deliver(kept());
    for (const seq of [1, 2, 3]) relay.socket.deliver(direct(seq));
    expect((await confirmed()).at(-1)).toBe(1);
    fails = false;
    again();
    for (const seq of [2, 3]) relay.socket.deliver(direct(seq));
    expect(await confirmed()).toEqual([3]);
    expect(seen).toEqual([1, 2, 3, 2]);
    expect(faults).toMatchObject([{ code: "failed", cause: { message: "disk full" } }]);
  });

  test("another epoch starts over: nothing counts as handled", async () => {
    const { ann, relay, reconnect, confirmed } = inboxClient();
    const events = observed(ann);
    relay.socket.deliver(kept());
    relay.socket.deliver(direct(2));
    await confirmed();
    relay.socket.drop();
    reconnect();
    relay.socket.deliver(kept({ epoch: "f" }));
    relay.socket.deliver(direct(1));
    expect(await confirmed()).toEqual([1]);
    expect(events).toEqual([
      [2, "e", 2],
      [1, "f", 1],
    ]);
  });

  test("a rejected confirmation is reported once, and drain() waits for the one under way", async () => {
    const { ann, relay, faults, confirmed } = inboxClient();
    observed(ann);
    relay.socket.deliver(kept());
    relay.socket.deliver(direct(1));
    await settled();
    const drained = outcomeOf(ann.drain());
    await settled();
    expect("value" in drained).toBe(false);
    relay.socket.refuse(relay.socket.take("$confirm"), "too-many-devices");
    relay.socket.deliver(direct(2));
    expect(await confirmed()).toEqual([]);
    expect("value" in drained).toBe(true);
    expect(faults.map(({ code }) => code)).toEqual(["too-many-devices"]);
  });

  test("a message to another session of the name, and one that no inbox stores, are as ever", async () => {
    const { ann, relay, confirmed } = inboxClient();
    const events = observed(ann);
    relay.socket.deliver({ toS: 1, n: 1, sID: 9, FROM: "Bob" });
    relay.socket.deliver({ to: "Ann", n: 2, sID: 9, FROM: "Bob" });
    expect(events).toEqual([
      [1, undefined, undefined],
      [2, undefined, undefined],
    ]);
    expect(await confirmed()).toEqual([]);
  });
});
