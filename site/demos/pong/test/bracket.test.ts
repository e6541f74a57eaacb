import { expect, test } from "bun:test";
import fc from "fast-check";
import { championOf, createBracket, MOST_PLAYERS, playable, seeding, withWinner } from "../rules/bracket.ts";

const names = (count: number) => Array.from({ length: count }, (_, i) => `p${i}`);

test("a tournament of 2 to 16 ends with one champion after one match fewer than players, in every course of events", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: MOST_PLAYERS }), fc.infiniteStream(fc.boolean()), (count, wins) => {
      let bracket = createBracket(names(count));
      let matches = 0;
      const lost = new Set<string>();
      while (championOf(bracket) === undefined) {
        const [next] = playable(bracket);
        if (!next) throw new Error("nobody can play");
        const [one, two] = next.players;
        const [winner, loser] = wins.next().value ? [one, two] : [two, one];
        expect(lost.has(winner ?? "") || lost.has(loser ?? "")).toBe(false);
        lost.add(loser ?? "");
        bracket = withWinner(bracket, next.id, winner ?? "");
        matches++;
      }
      expect(matches).toBe(count - 1);
      expect(lost.size).toBe(count - 1);
      expect(playable(bracket)).toEqual([]);
    }),
  );
});

test("the best two seeds can only meet in the final", () => {
  expect(seeding(8)).toEqual([0, 7, 3, 4, 1, 6, 2, 5]);
  let bracket = createBracket(names(16));
  for (const pairing of bracket.rounds
    .slice(0, 3)
    .flatMap((_, round) => Array.from({ length: 8 >> round }, (_, i) => `${round}-${i}`))) {
    const players = bracket.rounds.flat().find(({ id }) => id === pairing)?.players ?? [];
    const best = players.toSorted((a, b) => Number(a?.slice(1)) - Number(b?.slice(1)))[0];
    bracket = withWinner(bracket, pairing, best ?? "");
  }
  expect(playable(bracket).map(({ players }) => players.toSorted())).toEqual([["p0", "p1"]]);
});

test("a result counts once, and only for those who play", () => {
  const bracket = createBracket(names(4));
  expect(withWinner(bracket, "0-0", "p2")).toBe(bracket);
  expect(withWinner(bracket, "9-9", "p0")).toBe(bracket);
  const after = withWinner(bracket, "0-0", "p0");
  expect(withWinner(after, "0-0", "p3")).toBe(after);
  expect(() => createBracket(["p0", "p0"])).toThrow("two players");
});
