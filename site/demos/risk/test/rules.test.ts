import { describe, expect, test } from "bun:test";
import { anything, assert, constantFrom, integer, property, record } from "fast-check";
import { apply } from "../rules/apply.ts";
import { chooseMove } from "../rules/bots/bot.ts";
import { enemiesOf } from "../rules/bots/value.ts";
import { CARDS, isSet, risingValue, setsIn } from "../rules/cards.ts";
import { type Entry, type Game, HOST, type Move, NEUTRAL } from "../rules/game.ts";
import { stateHash } from "../rules/hash.ts";
import { awaitsRoll } from "../rules/seats.ts";
import { income, ownedBy } from "../rules/turn.ts";
import { territoryNamed } from "../rules/world.ts";
import { after, choices, honestRoll, OPTIONS, opening, picker, someEntry } from "./play.ts";

const setups = record({
  players: integer({ min: 2, max: 6 }),
  setup: constantFrom("quick", "deal", "claim" as const),
  sets: constantFrom("rising", "fixed" as const),
  fortify: constantFrom("adjacent", "connected", "unlimited", "none" as const),
  missions: constantFrom(true, false),
});

function checkBoard(game: Game): void {
  expect(game.owner.length).toBe(42);
  expect(game.armies.length).toBe(42);
  const occupying = game.phase.name === "occupy" ? game.phase.to : -1;
  for (const [at, count] of game.armies.entries()) {
    expect(Number.isInteger(count)).toBe(true);
    expect(count).toBeGreaterThanOrEqual(
      game.phase.name === "deal" || game.phase.name === "claim" || at === occupying ? 0 : 1,
    );
    expect(game.owner[at] ?? -9).toBeGreaterThanOrEqual(-1);
  }
  const cards = [...game.deck, ...game.discards, ...game.seats.flatMap((seat) => seat.cards)];
  if (game.prize !== null) cards.push(game.prize);
  // The prize of a turn that is over has been handed over.
  expect(cards.toSorted((a, b) => a - b)).toEqual(Array.from({ length: CARDS }, (_, card) => card));
  for (const [seat, { out, cards: hand }] of game.seats.entries()) {
    const started = game.phase.name !== "deal" && game.phase.name !== "claim";
    if (started) expect(ownedBy(game, seat).length > 0).toBe(out === null);
    if (out !== null) expect(hand).toEqual([]);
  }
}

/** Plays random legal moves; returns the log. */
function playRandomly(first: Entry, numbers: readonly number[], moves: number, check?: (game: Game) => void): Entry[] {
  const pick = picker(numbers);
  const log = [first];
  let game = after(undefined, first);
  while (log.length < moves && game.phase.name !== "over") {
    const entry = someEntry(game, pick);
    game = after(game, entry);
    log.push(entry);
    check?.(game);
  }
  return log;
}

describe("random games", () => {
  test("armies are never negative, there are always 42 territories, and no card is lost or doubled", () => {
    assert(
      property(setups, choices, ({ players, ...options }, numbers) => {
        playRandomly(opening(players, options), numbers, 260, checkBoard);
      }),
      { numRuns: 25 },
    );
  });

  test("the same log gives the same state and hash after every move", () => {
    assert(
      property(setups, choices, ({ players, ...options }, numbers) => {
        const hashes: string[] = [];
        const log = playRandomly(opening(players, options), numbers, 120, (game) => hashes.push(stateHash(game)));
        // As it would be after saving it.
        const copy: Entry[] = JSON.parse(JSON.stringify(log));
        let game: Game | undefined;
        const again: string[] = [];
        for (const entry of copy) {
          game = after(game, entry);
          if (entry.move.do !== "begin") again.push(stateHash(game));
        }
        expect(again).toEqual(hashes);
      }),
      { numRuns: 10 },
    );
  });

  test("a move that is not allowed changes nothing, whatever it contains", () => {
    const game = after(after(undefined, opening(3)), honestRoll(after(undefined, opening(3))));
    const before = stateHash(game);
    const kinds = [
      "trade",
      "reinforce",
      "attack",
      "occupy",
      "fortify",
      "claim",
      "place",
      "guard",
      "chain",
      "mission",
      "roll",
    ];
    const garbage = record({
      do: constantFrom(...kinds),
      at: anything(),
      from: anything(),
      to: anything(),
      armies: anything(),
      dice: anything(),
    });
    assert(
      property(garbage, integer({ min: -3, max: 9 }), (move, by) => {
        let refused = true;
        try {
          // What travels is checked by a schema first; the rules must hold without it.
          const entry: Entry = JSON.parse(JSON.stringify({ by, move }));
          refused = !apply(game, entry).ok || move.do === "guard" || move.do === "reinforce";
        } catch {
          refused = true;
        }
        expect(refused).toBe(true);
        expect(stateHash(game)).toBe(before);
      }),
      { numRuns: 300 },
    );
  });
});

describe("whole games by bots", () => {
  test.each([
    [2, "quick", "rising"],
    [3, "deal", "fixed"],
    [6, "claim", "fixed"],
  ] as const)("%i bots, %s, %s sets: ends with a winner", (players, setup, sets) => {
    let game = after(undefined, opening(players, { setup, sets }, players));
    while (game.phase.name !== "over" && game.seq < 4_000) {
      const move: Move | undefined = chooseMove(game, "hard");
      game = after(game, awaitsRoll(game) ? honestRoll(game) : { by: game.turn, move: move ?? { do: "end" } });
    }
    expect(game.phase.name).toBe("over");
    checkBoard(game);
  });
});

describe("turns", () => {
  const start = (players: number, options = {}) => {
    const first = after(undefined, opening(players, options));
    return after(first, honestRoll(first));
  };

  test("armies at the start: 40, 35, 30, 25, 20 by number of players, and a neutral side for two", () => {
    const total = (game: Game, side: number) =>
      game.armies.reduce((sum, count, at) => sum + (game.owner[at] === side ? count : 0), 0);
    for (const [players, armies] of [
      [2, 40],
      [3, 35],
      [4, 30],
      [5, 25],
      [6, 20],
    ] as const) {
      const game = start(players);
      const { turn } = game;
      for (const seat of game.seats.keys()) expect(total(game, seat)).toBe(armies);
      expect(total(game, NEUTRAL)).toBe(players === 2 ? 40 : 0);
      expect(game.phase).toMatchObject({ name: "reinforce", armies: income(game, turn) });
    }
    expect(ownedBy(start(2), NEUTRAL).length).toBe(14);
  });

  test("income: a third of the territories, at least three, and the bonus of whole continents", () => {
    const game = start(2);
    const only = (names: readonly string[]): Game => ({
      ...game,
      owner: game.owner.map((_, at) => (names.map(territoryNamed).includes(at) ? 0 : 1)),
    });
    expect(income(only(["Alaska"]), 0)).toBe(3);
    expect(income(only(["Indonesia", "New Guinea", "Western Australia", "Eastern Australia"]), 0)).toBe(5);
    expect(income(only([]), 1)).toBe(14 + 5 + 2 + 5 + 3 + 7 + 2);
  });

  test("only the player whose turn it is moves, and only the host adds rolls", () => {
    const game = start(3);
    const other = (game.turn + 1) % 3;
    const at = ownedBy(game, other)[0] ?? 0;
    expect(apply(game, { by: other, move: { do: "reinforce", at, armies: 1 } })).toMatchObject({ ok: false });
    expect(apply(game, { by: game.turn, move: { do: "roll", links: [] } })).toMatchObject({ ok: false });
    expect(apply(game, { by: HOST, move: { do: "end" } })).toMatchObject({ ok: false });
  });

  test("a side that does not reveal loses one exchange", () => {
    let game = start(2);
    const by = game.turn;
    const front = ownedBy(game, by).flatMap((at) => enemiesOf(game, at).map((enemy) => ({ at, enemy })))[0];
    if (!front || game.phase.name !== "reinforce") throw new Error("a board without a front");
    game = after(game, { by, move: { do: "reinforce", at: front.at, armies: game.phase.armies } });
    game = after(game, { by, move: { do: "attack", from: front.at, to: front.enemy, dice: 1, keep: null } });
    if (game.phase.name !== "battle") throw new Error("an attack is a battle");
    const { from, to } = game.phase.battle;
    const entry = honestRoll(game);
    if (entry.move.do !== "roll") throw new Error("a roll is due");
    const links = entry.move.links.map((link, index) => (index === game.turn ? null : link));
    const silent = after(game, { by: HOST, move: { do: "roll", links } });
    expect(silent.armies[from] ?? 0).toBeLessThan(game.armies[from] ?? 0);
    expect(silent.armies[to]).toBe(game.armies[to] ?? 0);
  });
});

describe("cards", () => {
  test("sets are worth 4, 6, 8, 10, 12, 15, and then five more each", () => {
    expect([0, 1, 2, 3, 4, 5, 6, 7, 10].map(risingValue)).toEqual([4, 6, 8, 10, 12, 15, 20, 25, 40]);
  });

  test("three alike, three different, or two and a wild card", () => {
    expect(isSet([0, 3, 6])).toBe(true);
    expect(isSet([0, 1, 2])).toBe(true);
    expect(isSet([0, 3, 1])).toBe(false);
    expect(isSet([0, 1, 42])).toBe(true);
    expect(isSet([0, 0, 42])).toBe(false);
    expect(isSet([0, 42, 43])).toBe(true);
  });

  test("five cards always contain a set", () => {
    assert(
      property(choices, (numbers) => {
        const pick = picker(numbers);
        const hand = new Set<number>();
        for (let next = 0; hand.size < 5; next++) hand.add((pick([...Array(CARDS).keys()]) + next) % CARDS);
        expect(setsIn([...hand]).length).toBeGreaterThan(0);
      }),
    );
  });

  test("with five cards, nothing happens before a set is traded", () => {
    const first = after(undefined, opening(2));
    const game = after(first, honestRoll(first));
    const hand = [0, 1, 2, 3, 4];
    const rich: Game = {
      ...game,
      deck: game.deck.filter((card) => !hand.includes(card)),
      seats: game.seats.map((seat, index) => (index === game.turn ? { ...seat, cards: hand } : seat)),
    };
    const at = ownedBy(rich, rich.turn)[0] ?? 0;
    const by = rich.turn;
    expect(apply(rich, { by, move: { do: "reinforce", at, armies: 1 } })).toMatchObject({ ok: false });
    const traded = after(rich, { by, move: { do: "trade", cards: [0, 1, 2], bonus: null } });
    expect(traded.phase).toMatchObject({ name: "reinforce", armies: income(game, by) + 4 });
    expect(apply(traded, { by, move: { do: "reinforce", at, armies: 1 } })).toMatchObject({ ok: true });
  });
});

test("the options of the tests are complete", () => {
  expect(after(undefined, opening(3)).options).toEqual(OPTIONS);
});
