import { describe, expect, test } from "bun:test";
import { until } from "../../../../packages/server/test/kit/wait.ts";
import { heightAt } from "../rules/flight.ts";
import { pathOf } from "../rules/match.ts";
import { type MatchNight, type Peer, startMatchNight } from "./kit/match-night.ts";

const scoreOf = (peer: Peer) => peer.court?.match.score.join(":");
const setUp = (host: Peer, format: "match" | "doubles" | "tournament", goal: 3 | 7 | 11 = 3) =>
  host.room.publish({ setup: { format, goal, level: "gentle" } });

async function seated(night: MatchNight, ...names: readonly string[]): Promise<Peer[]> {
  const peers: Peer[] = [];
  for (const name of names) {
    const peer = await night.join(name);
    await until(`${name} has a seat`, () => peer.room.me.value?.seat !== undefined);
    peers.push(peer);
  }
  return peers;
}

const isPlaying = (peers: readonly Peer[]) => peers.every(({ court }) => court !== undefined);

describe("a match of two", () => {
  test("is played to its end, and a spectator knows the same score", async () => {
    await using night = await startMatchNight();
    const [ann, bob] = (await seated(night, "Ann", "Bob")) as [Peer, Peer];
    const eve = await night.join("Eve", { isSpectator: true });
    setUp(ann, "match");
    ann.room.start({ atOnce: true });
    await until("everybody has a court", () => isPlaying([ann, bob, eve]));
    bob.idles = () => true;
    await night.playUntil("the end", () => [ann, bob, eve].every((peer) => peer.room.phase.value.name === "over"));
    for (const peer of [ann, bob, eve]) {
      expect(scoreOf(peer)).toBe("3:0");
      expect(peer.rejected).toEqual([]);
    }
  });

  test("goes on with the computer when the host leaves, and with the player again on return", async () => {
    await using night = await startMatchNight();
    const [ann, bob] = (await seated(night, "Ann", "Bob")) as [Peer, Peer];
    setUp(ann, "match", 7);
    ann.room.start({ atOnce: true });
    await until("both have a court", () => isPlaying([ann, bob]));
    bob.idles = () => true;
    await night.playUntil("a point", () => scoreOf(bob) === "1:0");
    ann.connection.close();
    ann.isFrozen = true;
    bob.idles = () => false;
    await night.playUntil(
      "the computer takes over",
      () => bob.table.round.value?.courts[0]?.standIns.includes(0) === true,
    );
    expect(bob.room.isHost.value).toBe(true);
    const before = bob.court?.match.n ?? 0;
    await night.playUntil("moves of both sides", () => (bob.court?.match.n ?? 0) > before + 3);
    const again = await night.join("Ann", { identity: ann.identity });
    await night.playUntil(
      "Ann is back",
      () => again.court !== undefined && bob.table.round.value?.courts[0]?.standIns.length === 0,
    );
    bob.idles = () => true;
    await night.playUntil("another point for Ann", () => (bob.court?.match.score[0] ?? 0) > 1);
    await night.playUntil("Ann knows the same", () => scoreOf(again) === scoreOf(bob));
  });

  test("a player who is away for 5 s keeps the seat, and nothing is lost", async () => {
    await using night = await startMatchNight();
    const [ann, bob] = (await seated(night, "Ann", "Bob")) as [Peer, Peer];
    setUp(ann, "match", 7);
    ann.room.start({ atOnce: true });
    await night.playUntil("a rally", () => (bob.court?.match.strikes ?? 0) > 2);
    bob.connection.network.drop(600);
    await night.playInRealTimeUntil("Bob is disconnected", () => bob.connection.state.value !== "ready");
    await night.playInRealTimeUntil("Bob is back", () => bob.connection.state.value === "ready");
    const before = ann.court?.match.n ?? 0;
    await night.playUntil("moves of both sides", () => (ann.court?.match.n ?? 0) > before + 3);
    expect(ann.table.round.value?.courts[0]?.standIns).toEqual([]);
  });

  test("a page that sleeps for 10 s is waited for; after 20 s the computer plays until it wakes up", async () => {
    await using night = await startMatchNight();
    const [ann, bob] = (await seated(night, "Ann", "Bob")) as [Peer, Peer];
    setUp(ann, "match", 11);
    ann.room.start({ atOnce: true });
    await night.playUntil("a rally", () => (ann.court?.match.strikes ?? 0) > 2);
    bob.isFrozen = true;
    await night.playFor(10_000);
    const before = ann.court?.match.n ?? 0;
    await night.playFor(1_000);
    expect([ann.court?.match.n, ann.court?.timeline.isWaiting]).toEqual([before, true]);
    bob.isFrozen = false;
    bob.table.wakeUp();
    await night.playUntil("moves of both sides", () => (ann.court?.match.n ?? 0) > before + 3);
    bob.isFrozen = true;
    await night.playUntil(
      "the computer takes over",
      () => ann.table.round.value?.courts[0]?.standIns.includes(1) === true,
    );
    bob.isFrozen = false;
    await night.playUntil("Bob plays again", () => ann.table.round.value?.courts[0]?.standIns.length === 0);
  });

  test("goes on after a restart of the relay", async () => {
    await using night = await startMatchNight();
    const [ann, bob] = (await seated(night, "Ann", "Bob")) as [Peer, Peer];
    setUp(ann, "match", 11);
    ann.room.start({ atOnce: true });
    bob.idles = () => true;
    await night.playUntil("a point", () => scoreOf(ann) === "1:0" && scoreOf(bob) === "1:0");
    bob.idles = () => false;
    await night.restart();
    await until("both are back", () =>
      [ann, bob].every(({ room }) => room.players.value.length === 2 && room.me.value?.seat !== undefined),
    );
    const before = ann.court?.match.n ?? 0;
    await night.playUntil("moves of both sides", () => (ann.court?.match.n ?? 0) > before + 4);
    await night.playUntil("both know the same", () => scoreOf(ann) === scoreOf(bob));
    expect(ann.court?.match.score[0]).toBeGreaterThan(0);
  });
});

describe("more players", () => {
  test("doubles with three people and the computer", async () => {
    await using night = await startMatchNight();
    const peers = await seated(night, "Ann", "Bob", "Cid");
    const [ann, bob] = peers as [Peer, Peer];
    setUp(ann, "doubles");
    ann.room.start({ atOnce: true });
    await until("everybody has a court", () => isPlaying(peers));
    expect(ann.table.round.value?.courts[0]?.seats[3]).toStartWith("computer");
    bob.idles = () => true;
    await night.playUntil("the end", () => peers.every((peer) => peer.room.phase.value.name === "over"));
    expect(new Set(peers.map(scoreOf)).size).toBe(1);
  });

  test("a tournament of eight on four courts at once, to a champion", async () => {
    await using night = await startMatchNight();
    const peers = await seated(night, ..."ABCDEFGH");
    const [host] = peers as [Peer];
    setUp(host, "tournament");
    host.room.start({ atOnce: true });
    await until("four courts", () => peers.every(({ table }) => table.round.value?.courts.length === 4));
    for (const peer of peers) peer.idles = (seat) => seat === 1;
    await night.playUntil("a champion", () => peers.every((peer) => peer.room.phase.value.name === "over"));
    const results = host.table.round.value?.results ?? [];
    expect(results).toHaveLength(7);
    for (const peer of peers) {
      expect(peer.table.round.value?.results).toEqual(results);
      expect(peer.rejected).toEqual([]);
    }
  }, 60_000);

  test("who comes while somebody plays against the computer plays next", async () => {
    await using night = await startMatchNight();
    const [ann] = (await seated(night, "Ann")) as [Peer];
    ann.room.start({ atOnce: true });
    await night.playUntil("a rally with the computer", () => (ann.court?.match.strikes ?? 0) > 1);
    expect(ann.table.round.value?.entrants).toEqual([ann.room.myId]);
    const [bob] = (await seated(night, "Bob")) as [Peer];
    await night.playUntil("the countdown", () => ann.room.phase.value.name === "countdown");
    ann.room.start({ atOnce: true });
    await until("a match of two", () => bob.table.round.value?.entrants.length === 2 && bob.court !== undefined);
    expect(bob.table.mySeat()).toBe(1);
  });
});

describe("a hostile member", () => {
  test("garbage, moves of others, forged scores and lets change nothing, and are named", async () => {
    await using night = await startMatchNight();
    const [ann, bob] = (await seated(night, "Ann", "Bob")) as [Peer, Peer];
    setUp(ann, "match", 7);
    ann.room.start({ atOnce: true });
    await night.playUntil("a rally", () => (bob.court?.match.strikes ?? 0) > 2);
    const eve = await night.join("Eve", { isSpectator: true });
    await until("everybody sees Eve", () => [ann, bob].every(({ room }) => room.players.value.length === 3));
    const n = (bob.court?.match.n ?? 0) + 1;
    const swing = { y: 90, v: 0, power: true };
    // The id of another player, which is public, proves nothing.
    eve.room.setAttributes({ id: bob.room.myId });
    const forged = { ...(bob.court?.match ?? {}), n: n + 50, score: [0, 6] };
    for (const d of [
      { k: "move", d: { c: "0-0", s: 0, m: { kind: "miss", n } } },
      { k: "move", d: { c: "0-0", s: 1, m: { kind: "return", n, tick: 100, ...swing } } },
      { k: "move", d: { c: "0-0", s: 1, m: { kind: "return", n, tick: 1e99, y: "<b>", v: null, power: 1 } } },
      { k: "move", d: { c: "0-0", m: { kind: "let", n: n + 100 } } },
      { k: "move", d: { c: "__proto__", s: 7, m: [] } },
      { k: "paddle", d: { c: "0-0", s: 0, y: 500, t: -1 } },
      { k: "paddle", d: { c: "0-0", s: 1, y: 20, t: 1 } },
      { k: "match", d: { c: "0-0", match: forged } },
      { k: "protest", d: { c: "0-0", n } },
      { k: "$checkpoint", d: { "game/scores": { "0-0": forged } } },
      { k: "constructor", d: 1 },
      { k: 7 },
    ])
      void eve.room.hub.send(d);
    void eve.room.hub.state.set("host/game/scores", { "0-0": forged });
    await until("all of it is rejected", () => [ann, bob].every((peer) => peer.connection.log.rejections.value >= 11));
    expect([...new Set(bob.rejected)]).toContain("this is not the sender's paddle");
    expect(bob.court?.match.score).toEqual(ann.court?.match.score ?? [9, 9]);
    bob.idles = () => true;
    const before = ann.court?.match.score[0] ?? 0;
    await night.playUntil("a point for Ann", () => bob.court?.match.score[0] === before + 1);
  });

  test("a ball that comes back before it can have arrived is played again", async () => {
    await using night = await startMatchNight();
    const [ann, bob] = (await seated(night, "Ann", "Bob")) as [Peer, Peer];
    setUp(ann, "match", 7);
    ann.room.start({ atOnce: true });
    await night.playUntil("Ann's serve", () => ann.court?.match.flight?.to === 1);
    await until("Bob knows", () => bob.court?.match.flight !== undefined);
    const n = (bob.court?.match.n ?? 0) + 1;
    // What a page does that plays its own clock faster.
    bob.table.sendMove("0-0", { kind: "miss", n: n - 1 }, 1);
    const path = pathOf(bob.court?.match.flight ?? raise());
    const y = Math.max(17, Math.min(163, heightAt(path, path.touch)));
    bob.room.send("move", { c: "0-0", s: 1, m: { kind: "return", n, tick: path.touch, y, v: 0, power: false } });
    await until("the host voids the rally", () => bob.court?.match.phase === "serve" && (bob.court?.match.n ?? 0) > n);
    expect(ann.rejected).toContain("the ball cannot have been there yet");
  });
});

const raise = (): never => {
  throw new Error("there is a flight");
};
