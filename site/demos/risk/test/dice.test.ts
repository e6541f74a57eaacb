import { describe, expect, test } from "bun:test";
import { assert, integer, property, string } from "fast-check";
import { apply } from "../rules/apply.ts";
import { CHAIN_LENGTH, Chance, linkBefore, seedOf } from "../rules/dice.ts";
import { HOST } from "../rules/game.ts";
import { rollOdds, winOdds } from "../rules/odds.ts";
import { after, chainOf, honestRoll, opening } from "./play.ts";

describe("dice chains", () => {
  test("each link hashes to the one before", () => {
    const chain = chainOf("player-0");
    expect(chain.length).toBe(CHAIN_LENGTH + 1);
    for (const index of [0, 1, 700, CHAIN_LENGTH - 1]) {
      expect(linkBefore("ROOM", "player-0", index, chain[index + 1] ?? "")).toBe(chain[index] ?? "");
    }
  });

  test("a link of another player, another roll or another chain is not accepted", () => {
    const game = after(undefined, opening(2));
    const entry = honestRoll(game);
    if (entry.move.do !== "roll") throw new Error("a roll is due");
    const [own = "", other = ""] = entry.move.links.map((link) => link ?? "");
    const roll = (links: string[]) => apply(game, { by: HOST, move: { do: "roll", links } });
    expect(roll([own, other]).ok).toBe(true);
    expect(roll([other, own])).toMatchObject({ ok: false, reason: expect.stringContaining("forged") });
    expect(roll([own, chainOf("player-1")[2] ?? ""]).ok).toBe(false);
    expect(roll([own, own]).ok).toBe(false);
    expect(roll([own]).ok).toBe(false);
    expect(roll([own, "0".repeat(40)]).ok).toBe(false);
    expect(roll([own, "not a link"]).ok).toBe(false);
  });

  test("every link and the number of the roll change the seed", () => {
    const seeds = [
      seedOf("R", 0, ["a", "b"]),
      seedOf("R", 0, ["b", "a"]),
      seedOf("R", 1, ["a", "b"]),
      seedOf("S", 0, ["a", "b"]),
    ];
    expect(new Set(seeds).size).toBe(4);
  });
});

describe("dice", () => {
  test("the same seed gives the same dice, from 1 to 6", () => {
    assert(
      property(string(), integer({ min: 1, max: 3 }), (seed, count) => {
        const dice = new Chance(seed).dice(count);
        expect(dice).toEqual(new Chance(seed).dice(count));
        expect(dice.every((die) => die >= 1 && die <= 6)).toBe(true);
        expect(dice).toEqual(dice.toSorted((a, b) => b - a));
      }),
    );
  });

  test("60,000 dice: each face as often as the others", () => {
    const chance = new Chance("fair");
    const counts = [0, 0, 0, 0, 0, 0];
    for (let roll = 0; roll < 60_000; roll++) {
      const face = chance.below(6);
      counts[face] = (counts[face] ?? 0) + 1;
    }
    const square = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    // Chi square with 5 degrees of freedom: larger in one of 10,000 cases, and the seed is fixed.
    expect(square).toBeLessThan(26);
  });

  test("shuffling keeps every value", () => {
    const values = Array.from({ length: 42 }, (_, index) => index);
    const shuffled = new Chance("deck").shuffled(values);
    expect(shuffled).not.toEqual(values);
    expect(shuffled.toSorted((a, b) => a - b)).toEqual(values);
  });
});

describe("odds", () => {
  test("three dice against two: 37.17 %, 33.58 %, 29.26 %", () => {
    const odds = (loses: number) => rollOdds(3, 2).find(({ defenderLoses }) => defenderLoses === loses)?.chance ?? 0;
    expect(odds(2)).toBeCloseTo(0.3717, 4);
    expect(odds(1)).toBeCloseTo(0.3358, 4);
    expect(odds(0)).toBeCloseTo(0.2926, 4);
  });

  test("more armies never make a victory less likely", () => {
    assert(
      property(integer({ min: 2, max: 40 }), integer({ min: 1, max: 40 }), (from, to) => {
        expect(winOdds(from + 1, to)).toBeGreaterThanOrEqual(winOdds(from, to));
        expect(winOdds(from, to + 1)).toBeLessThanOrEqual(winOdds(from, to));
      }),
    );
    expect(winOdds(1, 1)).toBe(0);
    expect(winOdds(2, 1)).toBeCloseTo(15 / 36, 6);
    expect(winOdds(500, 100)).toBeGreaterThan(0.99);
  });
});
