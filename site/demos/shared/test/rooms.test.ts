import { describe, expect, test } from "bun:test";
import { connect } from "@achex/client";
import { signal } from "@preact/signals";
import { until } from "../../../../packages/server/test/kit/wait.ts";
import { createRoom, openRoom, playNow, refusalText } from "../room/open-room.ts";
import { type CountingRoom, counting, type Guest, type Party, startParty } from "./kit/party.ts";

const rosterOf = (room: CountingRoom) =>
  room.players.value.map(({ name, seat, status }) => `${name} ${seat} ${status}`);

/** Two players in the first round. */
async function playing(party: Party): Promise<readonly [Guest, Guest]> {
  const ann = await party.join("Ann");
  const bob = await party.join("Bob");
  await until("Bob has a seat", () => bob.room.me.value?.seat === 1 && ann.room.bySeat(1) !== undefined);
  ann.room.start({ atOnce: true });
  await until("Bob plays", () => bob.room.phase.value.name === "playing");
  return [ann, bob];
}

/** Somebody in the room who does not use our code. */
async function hostile(party: Party, attributes: Record<string, string | number | boolean> = {}) {
  const client = connect(party.server.ws(), { instance: counting.id, name: "mallory" });
  const hub = client.hub("room-BCDFG");
  await hub.join({ presence: true, state: true, host: false, attributes });
  return { client, hub, [Symbol.dispose]: () => client.close() };
}

const rejectedBy = ({ connection }: Guest) => connection.log.frames.flatMap(({ rejected }) => rejected ?? []);

describe("a room", () => {
  test("the first two get seats, the third waits; when both are ready a round starts, and late joiners see it", async () => {
    await using party = await startParty();
    const ann = await party.join("Ann");
    const bob = await party.join("Bob");
    await until("Bob has a seat", () => bob.room.me.value?.seat === 1);
    const cid = await party.join("Cid");
    await until("Cid sees three", () => cid.room.players.value.length === 3);
    expect(rosterOf(cid.room)).toEqual(["Ann 0 here", "Bob 1 here", "Cid undefined here"]);
    expect([ann.room.isHost.value, bob.room.isHost.value, bob.room.host.value?.name]).toEqual([true, false, "Ann"]);
    ann.room.setReady(true);
    bob.room.setReady(true);
    await until("the countdown", () => cid.room.phase.value.name === "countdown");
    ann.room.start({ atOnce: true });
    await until("the round", () => cid.room.phase.value.name === "playing");
    expect(cid.room.phase.value.round).toBe(1);
    ann.room.publish({ sum: 7, big: [1, 2] });
    const dora = await party.join("Dora");
    await until("Dora sees the sum", () => dora.room.checkpoint("sum") === 7);
    expect([dora.room.phase.value.name, dora.room.me.value?.seat, dora.room.checkpoint("big")]).toEqual([
      "playing",
      undefined,
      [1, 2],
    ]);
    const eve = party.connect();
    const failure = await openRoom(eve, counting, { code: "BCDFG", name: "Eve" }).catch((error: unknown) => error);
    expect(refusalText(failure, "BCDFG", 4)).toStartWith("Room BCDFG is full: it holds 4 people.");
    // The next round has a free seat for those who wait.
    bob.room.setSpectator(true);
    ann.room.finish();
    await until("Cid has a seat", () => cid.room.me.value?.seat === 1);
    expect(bob.room.me.value?.isSpectator).toBe(true);
  });

  test("the host leaves: the next one continues from what it published, and the seat is kept until its owner returns", async () => {
    await using party = await startParty();
    const [ann, bob] = await playing(party);
    ann.room.publish({ sum: 3 });
    await until("Bob has the sum", () => bob.room.checkpoint("sum") === 3);
    ann.room.close();
    ann.connection.close();
    await until("Bob is the host", () => bob.room.isHost.value);
    expect([bob.room.checkpoint("sum"), rosterOf(bob.room)]).toEqual([3, ["Ann 0 gone", "Bob 1 here"]]);
    bob.room.publish({ sum: 4 });
    const again = await party.join("Ann again", { identity: ann.identity });
    await until("Ann has her seat", () => again.room.me.value?.seat === 0);
    expect([again.room.checkpoint("sum"), again.room.phase.value.name, again.room.isHost.value]).toEqual([
      4,
      "playing",
      false,
    ]);
    expect(again.room.myId).toBe(ann.room.myId);
  });

  test("a dropped connection: others see it, and play goes on in the same seat with the same session", async () => {
    await using party = await startParty();
    const [ann, bob] = await playing(party);
    const { sid } = bob.connection.client;
    bob.connection.drop(5_000);
    await until("Ann sees it", () => ann.room.bySeat(1)?.status === "away");
    await until("Bob is back", () => ann.room.bySeat(1)?.status === "here");
    expect([bob.connection.client.sid, bob.room.me.value?.seat, bob.room.phase.value.name]).toEqual([
      sid,
      1,
      "playing",
    ]);
  }, 30_000);

  test("sessions that cannot be resumed: players come back with new sessions, and the game is still there", async () => {
    await using party = await startParty({ "resume-window": 0 });
    const [ann, bob] = await playing(party);
    ann.room.publish({ sum: 6 });
    await until("Bob has the sum", () => bob.room.checkpoint("sum") === 6);
    const sids = [ann, bob].map(({ connection }) => connection.client.sid);
    for (const { connection } of [ann, bob]) connection.drop(10);
    await until("both have their seats again", () =>
      [ann, bob].every(
        ({ connection, room }, seat) => room.me.value?.seat === seat && !sids.includes(connection.client.sid),
      ),
    );
    expect([ann.room.checkpoint("sum"), bob.room.checkpoint("sum"), ann.room.phase.value.name]).toEqual([
      6,
      6,
      "playing",
    ]);
    expect([ann, bob].filter(({ room }) => room.isHost.value).length).toBe(1);
  }, 30_000);

  test("a hidden page is not the host while somebody else is there", async () => {
    await using party = await startParty();
    const isHidden = signal(false);
    const ann = await party.join("Ann", { isHidden });
    isHidden.value = true;
    expect(ann.room.isHost.value).toBe(true);
    const bob = await party.join("Bob");
    await until("Bob is the host", () => bob.room.isHost.value);
    isHidden.value = false;
    await until("Ann may be the host again", () => !ann.room.isHost.value);
    bob.room.close();
    bob.connection.close();
    await until("Ann is the host", () => ann.room.isHost.value);
  });
});

test("the host may go on changing an object that it has published", async () => {
  await using party = await startParty();
  const [ann, bob] = await playing(party);
  const big = [1];
  ann.room.publish({ big });
  await until("Bob has one", () => bob.room.checkpoint("big")?.length === 1);
  big.push(2);
  expect(ann.room.checkpoint("big")).toEqual([1]);
  ann.room.publish({ sum: 9 });
  await until("Bob has the sum", () => bob.room.checkpoint("sum") === 9);
  ann.room.publish({ big });
  await until("Bob has two", () => bob.room.checkpoint("big")?.length === 2);
  expect([...rejectedBy(ann), ...rejectedBy(bob)]).toEqual([]);
});

describe("what hostile members cannot do", () => {
  test("write what the host decides", async () => {
    await using party = await startParty();
    const [ann, bob] = await playing(party);
    ann.room.publish({ sum: 3 });
    await until("Bob has the sum", () => bob.room.checkpoint("sum") === 3);
    using mallory = await hostile(party, { sum: "0123456789abcdef" });
    const seen: unknown[] = [];
    const stop = bob.room.hub.state.on("change", () =>
      seen.push(bob.room.checkpoint("sum"), bob.room.phase.value.name),
    );
    const term = mallory.hub.term;
    await mallory.hub.state.set({ "host/game/sum": 99, "host/phase": { name: "over", round: 9, at: 0 } }, { term });
    await mallory.hub.state.delete("host");
    await mallory.hub.state.set({ host: { "game/sum": "0123456789abcdef" } });
    await until(
      "Ann has repaired it",
      () => bob.room.hub.state.get("host/game/sum") === 3 && bob.room.hub.state.get("host/phase") !== undefined,
    );
    ann.room.publish({ sum: 4 });
    await until("play goes on", () => bob.room.checkpoint("sum") === 4);
    stop();
    expect(seen.length).toBeGreaterThan(2);
    expect(seen.filter((one) => one !== 3 && one !== 4 && one !== "playing")).toEqual([]);
    expect(rejectedBy(ann)).toContain("the host's state was written by another member");
    const cid = await party.join("Cid");
    await until("Cid has the genuine sum", () => cid.room.checkpoint("sum") === 4);
  });

  test("stop the host from publishing, by own keys of the same name", async () => {
    await using party = await startParty();
    const [ann, bob] = await playing(party);
    using mallory = await hostile(party);
    await mallory.hub.state.set({ host: 1, "host/game/sum": 5 }, { own: true });
    ann.room.publish({ sum: 8 });
    await until("Bob has the sum", () => bob.room.checkpoint("sum") === 8);
    const cid = await party.join("Cid");
    await until("Cid has it", () => cid.room.checkpoint("sum") === 8 && cid.room.phase.value.name === "playing");
  });

  test("take somebody's seat, forge messages, or break anything by garbage", async () => {
    await using party = await startParty();
    const [ann, bob] = await playing(party);
    const added: string[] = [];
    ann.room.on("add", ({ by }, from) => {
      if (from.seat === undefined) return "a spectator cannot add";
      added.push(`${from.name} ${by}`);
      return undefined;
    });
    using mallory = await hostile(party, {
      id: bob.room.myId,
      name: "<img src=x onerror=alert(1)>\u202e",
      color: 1e9,
      ready: "yes",
    });
    const { hub, client } = mallory;
    const toAnn = client.session(ann.connection.client.sid ?? 0);
    await hub.send({ k: "add", d: { by: 2 } });
    await hub.send({ k: "add", d: { by: 2_000 } });
    await hub.send({ k: "add", d: { by: 1, extra: "x".repeat(100_000) } });
    for (const k of ["nonsense", "__proto__", "constructor", 5, null, ["add"], { add: 1 }])
      await hub.send({ k, d: {} });
    await hub.send({ k: "$checkpoint", d: { phase: { name: "over", round: 5, at: 0 } } });
    await hub.send({ k: "$claim", d: { key: "0".repeat(64) } });
    await toAnn.send({ room: "BCDFG", k: "$claim", d: { key: "0".repeat(64), seat: 1 } });
    await toAnn.send({ room: "BCDFG", k: "$leave", d: {} });
    await hub.send({});
    bob.room.send("add", { by: 1 });
    await until("Bob's message", () => added.length > 0);
    expect(added).toEqual(["Bob 1"]);
    expect([rosterOf(bob.room), bob.room.phase.value.name]).toEqual([
      ["Ann 0 here", "Bob 1 here", "<img src=x onerror=a undefined here"],
      "playing",
    ]);
    const reasons = new Set(rejectedBy(ann));
    for (const reason of [
      "a spectator cannot add",
      "unknown kind of message",
      "only the host decides",
      "this is not the key of that player",
    ])
      expect(reasons).toContain(reason);
    expect([...reasons].some((reason) => reason.startsWith("add: by:"))).toBe(true);
  });

  test("flood the others: beyond the rate, messages of one sender are ignored", async () => {
    await using party = await startParty();
    const [ann, bob] = await playing(party);
    let count = 0;
    ann.room.on("add", (_, from) => {
      if (from.name === "Bob") return undefined;
      count++;
      return undefined;
    });
    let heard = false;
    ann.room.on("add", (_, from) => {
      heard ||= from.name === "Bob";
      return undefined;
    });
    using mallory = await hostile(party);
    await Promise.all(Array.from({ length: 450 }, () => mallory.hub.send({ k: "add", d: { by: 1 } })));
    bob.room.send("add", { by: 1 });
    await until("Bob is heard", () => heard);
    expect(count).toBeLessThan(450);
    expect(rejectedBy(ann)).toContain("the sender sends too many messages");
  });
});

describe("open rooms", () => {
  test("a stranger who plays now gets into the room of another, and the first one plays at once where that is possible", async () => {
    await using party = await startParty();
    const game = { ...counting, solo: true, lateSeats: true } as const;
    const first = await playNow(party.connect(), game, { name: "Ann" });
    expect([first.phase.value.name, first.isOpen.value, first.me.value?.seat]).toEqual(["playing", true, 0]);
    const second = await playNow(party.connect(), game, { name: "Bob" });
    expect([second.code, second.me.value?.seat, second.phase.value.name]).toEqual([first.code, 1, "playing"]);
    // The room is full now.
    const third = await playNow(party.connect(), game, { name: "Cid" });
    expect(third.code).not.toBe(first.code);
    const closed = await createRoom(party.connect(), game, { name: "Dora" });
    expect([closed.isOpen.value, closed.hub.count]).toEqual([false, 1]);
    for (const room of [first, second, third, closed]) room.close();
  }, 20_000);
});
