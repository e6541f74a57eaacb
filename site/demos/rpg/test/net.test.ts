import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { connect } from "@achex/client";
import { countOf } from "../rules/bag.ts";
import { MAPS } from "../rules/maps.ts";
import { findPath } from "../rules/path.ts";
import { startParty, type TestParty, type TestPlayer, until } from "./kit/party.ts";

let party: TestParty;
let ann: TestPlayer;
let bob: TestPlayer;
let cat: TestPlayer;

beforeAll(async () => {
  party = await startParty();
  ann = await party.join("Ann");
  bob = await party.join("Bob");
  cat = await party.join("Cat");
});
afterAll(() => party[Symbol.asyncDispose]());

const idOf = (player: TestPlayer) => player.room.myId;
const heroOf = (player: TestPlayer) => player.game.me.peek();

/** What the host has decided about everybody. */
const truth = () =>
  [...(ann.game.link.host?.world.heroes.values() ?? [])].map(({ id, name, map, x, y, health, xp, bag, worn }) => ({
    ...{ id, name, map, x, y, health, xp, bag, worn },
  }));

/** Walks to within some steps of a place, as a tap does. */
async function walk(player: TestPlayer, x: number, y: number, reach = 0): Promise<void> {
  const { walker } = player.game;
  const map = MAPS.get(walker.map);
  const path = map && findPath(map, walker, { x, y }, reach);
  if (!path) throw new Error("there is no way");
  walker.path = path;
  await until(
    `${player.room.me.peek()?.name} is at ${x}, ${y}`,
    () => walker.path.length === 0 && !walker.isMoving(performance.now()),
  );
}

describe("three players in one world", () => {
  test("see each other before anybody has made a step", async () => {
    for (const player of [ann, bob, cat])
      await until("all others are there", () => player.game.replica.actors.size === 2);
  });

  test("see each other where they are, and what they say", async () => {
    await walk(bob, 30, 19);
    await until("Ann sees Bob there", () => ann.game.replica.actors.get(idOf(bob))?.place.x === 30);
    await until("Cat as well", () => cat.game.replica.actors.get(idOf(bob))?.place.x === 30);
    bob.game.say("<b>hello</b>");
    await until("Ann reads it", () => ann.game.replica.marksOf(idOf(bob))?.say?.text === "<b>hello</b>");
  });

  test("trade: both bags change in one transaction of the host", async () => {
    const sums: number[] = [];
    const stop = cat.room.hub.state.on("change", () => {
      const players = [...cat.game.heroes.peek().values()].filter(({ id }) => id === idOf(bob) || id === idOf(ann));
      sums.push(players.reduce((sum, { bag }) => sum + countOf(bag, "coin"), 0));
    });
    bob.game.act({ do: "askTrade", player: idOf(ann) });
    await until("Ann is asked", () => ann.game.trade.peek() !== undefined);
    ann.game.act({ do: "openTrade" });
    await until("it is open", () => bob.game.trade.peek()?.open === true);
    bob.game.act({ do: "offer", stacks: [{ item: "coin", count: 2 }] });
    await until("Ann sees the offer", () => ann.game.trade.peek()?.revision === 1);
    ann.game.act({ do: "accept", revision: 1 });
    bob.game.act({ do: "accept", revision: 1 });
    await until("it is done", () => ann.game.trade.peek() === undefined && bob.game.trade.peek() === undefined);
    await until("Ann has the coins", () => countOf(heroOf(ann)?.bag ?? [], "coin") === 5);
    expect(countOf(heroOf(bob)?.bag ?? [], "coin")).toBe(1);
    expect(new Set(sums)).toEqual(new Set([6]));
    stop();
  });

  test("a drop is picked up by one of two who reach for it", async () => {
    await walk(cat, 29, 20);
    await walk(bob, 30, 20);
    bob.game.act({ do: "drop", item: "bread", count: 1 });
    await until("it lies there", () => cat.game.dropsOn("village").some(({ item }) => item === "bread"));
    const drop = cat.game.dropsOn("village").find(({ item }) => item === "bread");
    for (const player of [cat, bob]) player.game.act({ do: "take", drop: drop?.id ?? 0 });
    await until("it is gone", () => !cat.game.dropsOn("village").some(({ item }) => item === "bread"));
    const bread = () => truth().reduce((sum, { bag }) => sum + countOf(bag, "bread"), 0);
    await until("one of them has it", () => bread() === 6);
  });

  test("a stranger's forged frames change nothing: teleports, decisions of the host, trades and blows of others", async () => {
    const before = JSON.stringify(truth());
    const raw = connect(party.server.ws(), { instance: "rpg", name: "mallory" });
    const room = raw.hub("room-BCDFG");
    const zone = raw.hub("zone-BCDFG-village.1.1");
    const [first, second] = [ann, bob].map(idOf);
    await room.join({ presence: true, state: true, host: false, attributes: { id: first ?? "", name: "Ann" } });
    await zone.join({});
    const sids = raw.hub("room-BCDFG").members.map(({ sid }) => sid);
    const garbage = [
      { k: "step", d: { m: "village", x: 50, y: 17, d: 2, t: 0 } },
      {
        k: "news",
        d: {
          monsters: [[0, 27, 20, 8, 1]],
          events: [{ type: "hit", target: first, by: "village/0", damage: 30, health: 0 }],
        },
      },
      { k: "step", d: { m: "__proto__", x: -1, y: 1e9, d: 99, t: "x" } },
      { k: "say", d: { text: "x".repeat(5_000) } },
      { k: "constructor", d: null },
      { nonsense: [1, 2, 3] },
    ];
    for (const data of garbage) await zone.send(data);
    for (const sid of sids) {
      const to = raw.session(sid);
      const own = (k: string, d: unknown) => to.send({ room: "BCDFG", k, d });
      await own("act", { do: "accept", revision: 1 });
      await own("act", { do: "drop", item: "coin", count: 5 });
      await own("placed", { map: "cave", x: 46, y: 7 });
      await own("seen", { zone: "village.1.1", heroes: [[second, "cave", 46, 7, 0]], monsters: [] });
      await own("traded", { done: true, reason: "ha" });
    }
    await until("the frames are named", () =>
      [ann, bob, cat].every(({ rejected }) => rejected().some((reason) => reason.includes("only the host decides"))),
    );
    expect(ann.rejected().join()).toContain("only players with a place");
    expect(JSON.stringify(truth())).toBe(before);
    expect(ann.game.replica.actors.get(second ?? "")?.place.map).toBe("village");
    expect(ann.game.walker.map).toBe("village");
    raw.close();
  });

  test("a member's teleport is refused by the host, who puts it back, and by the others", async () => {
    const zone = [...cat.game.zones.names].find((name) => name === "village.1.1") ?? "";
    const { x, y } = cat.game.walker;
    await until("its budget is known", () => bob.game.replica.actors.get(idOf(cat)) !== undefined);
    cat.game.zones.send(zone, "step", { m: "village", x: 47, y: 17, d: 2, t: 0 });
    await until("the host names it", () => ann.rejected().some((reason) => reason.includes("steps at once")));
    await until("Bob as well", () => bob.rejected().some((reason) => reason.includes("steps at once")));
    expect(bob.game.replica.actors.get(idOf(cat))?.place).toEqual({ map: "village", x, y });
  });

  test("the host leaves in the middle of a trade: the next one goes on, and no item is lost", async () => {
    await until("Ann is the host", () => ann.room.isHost.peek());
    bob.game.act({ do: "askTrade", player: idOf(cat) });
    await until("Cat is asked", () => cat.game.trade.peek() !== undefined);
    cat.game.act({ do: "openTrade" });
    await until("it is open", () => bob.game.trade.peek()?.open === true);
    const before = [bob, cat].map((player) => heroOf(player)?.bag);
    ann.leave();
    await until("another host", () => bob.room.isHost.peek() || cat.room.isHost.peek());
    await until("Bob's world goes on", () => bob.game.trade.peek()?.open === true);
    bob.game.act({ do: "offer", stacks: [{ item: "coin", count: 1 }] });
    await until("Cat sees the offer of the new world", () => (cat.game.trade.peek()?.revision ?? 0) > 0);
    expect([bob, cat].map((player) => heroOf(player)?.bag)).toEqual(before);
    const revision = cat.game.trade.peek()?.revision ?? 0;
    for (const player of [bob, cat]) player.game.act({ do: "accept", revision });
    await until("Cat has the coin", () => countOf(heroOf(cat)?.bag ?? [], "coin") === 4);
    expect(countOf(heroOf(bob)?.bag ?? [], "coin")).toBe(0);
  });

  test("a dropped connection cancels a trade; the player comes back to the same hero", async () => {
    const host = bob.room.isHost.peek() ? bob : cat;
    const guest = host === bob ? cat : bob;
    guest.game.act({ do: "askTrade", player: idOf(host) });
    await until("the host is asked", () => host.game.trade.peek() !== undefined);
    const bag = heroOf(guest)?.bag;
    guest.connection.drop(4_500);
    await until("others see it away", () => host.room.player(idOf(guest))?.status === "away");
    await until("the trade is cancelled", () => host.game.trade.peek() === undefined);
    await until("it is back", () => host.room.player(idOf(guest))?.status === "here");
    await until("and may walk", () => !guest.game.walker.isHeld);
    expect(heroOf(guest)?.bag).toEqual(bag);
    await walk(guest, 28, 21);
    await until("the other sees it", () => host.game.replica.actors.get(idOf(guest))?.place.x === 28);
  });
});
