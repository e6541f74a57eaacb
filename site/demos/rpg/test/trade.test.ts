import { beforeEach, describe, expect, test } from "bun:test";
import { countOf } from "../rules/bag.ts";
import type { Act } from "../rules/reduce.ts";
import { tradeOf } from "../rules/trade.ts";
import { inventory, TestWorld } from "./kit/world.ts";

let game: TestWorld;
const act = (who: string, wish: Act) => game.run({ type: "act", who, act: wish });
const trade = () => tradeOf(game.world.trades.values(), "ann");
const coins = (who: string) => countOf(game.hero(who).bag, "coin");

beforeEach(() => {
  game = new TestWorld();
  for (const who of ["ann", "bob"]) game.arrive(who);
  act("ann", { do: "askTrade", player: "bob" });
});

const open = () => {
  act("bob", { do: "openTrade" });
  act("ann", { do: "offer", stacks: [{ item: "bread", count: 1 }] });
  act("bob", { do: "offer", stacks: [{ item: "coin", count: 2 }] });
};

describe("a trade", () => {
  test("swaps both offers when both have accepted the same revision", () => {
    open();
    const before = inventory(game.world);
    act("ann", { do: "accept", revision: 2 });
    expect(coins("ann")).toBe(3);
    const effects = act("bob", { do: "accept", revision: 2 });
    expect([coins("ann"), coins("bob")]).toEqual([5, 1]);
    expect([countOf(game.hero("ann").bag, "bread"), countOf(game.hero("bob").bag, "bread")]).toEqual([1, 3]);
    expect(inventory(game.world)).toEqual(before);
    // Both bags and the end of the trade belong to one event, so the host writes them in one transaction.
    const keys = effects.flatMap((effect) => (effect.type === "changed" ? [effect.key] : []));
    expect(keys).toEqual(expect.arrayContaining(["hero/ann", "hero/bob", "trade/1"]));
    expect(trade()).toBeUndefined();
  });

  test("a change takes back both accepts, and an accept of an older revision does not count", () => {
    open();
    act("ann", { do: "accept", revision: 2 });
    act("bob", { do: "offer", stacks: [{ item: "coin", count: 1 }] });
    expect(trade()?.accepted).toEqual([false, false]);
    act("ann", { do: "accept", revision: 2 });
    expect(trade()?.accepted).toEqual([false, false]);
  });

  test("eating what one offers takes back both accepts", () => {
    game.world.heroes.set("ann", { ...game.hero("ann"), health: 3, bag: [{ item: "bread", count: 1 }] });
    open();
    act("bob", { do: "accept", revision: 2 });
    act("ann", { do: "use", item: "bread" });
    expect(trade()?.offers[0]).toEqual([]);
    expect(trade()?.accepted).toEqual([false, false]);
  });

  test.each(["away", "leave"] as const)("%s of either side cancels it, and nothing changes hands", (how) => {
    open();
    act("bob", { do: "accept", revision: 2 });
    const before = inventory(game.world);
    game.run(how === "away" ? { type: "away", who: "ann", away: true } : { type: "leave", who: "ann" });
    expect(trade()).toBeUndefined();
    expect(inventory(game.world)).toEqual(before);
    expect(coins("bob")).toBe(3);
  });

  test("walking apart cancels it", () => {
    open();
    game.at += 2_000;
    game.run({ type: "step", who: "ann", place: { map: "village", x: 32, y: 18 }, direction: 2 });
    expect(trade()).toBeUndefined();
  });

  test("nobody joins a trade of others, offers what they lack, or accepts before it is open", () => {
    game.arrive("eve");
    act("eve", { do: "accept", revision: 0 });
    act("eve", { do: "openTrade" });
    expect(trade()?.open).toBe(false);
    act("ann", { do: "accept", revision: 0 });
    expect(trade()?.accepted).toEqual([false, false]);
    act("bob", { do: "openTrade" });
    act("ann", { do: "offer", stacks: [{ item: "coin", count: 99 }] });
    act("ann", { do: "offer", stacks: [{ item: "coin", count: -3 }] });
    expect(trade()?.offers).toEqual([[], []]);
  });
});
