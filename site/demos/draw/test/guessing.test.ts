import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import * as v from "valibot";
import {
  advance,
  choose,
  drawerOf,
  type Guessing,
  guessing,
  hint,
  isProven,
  type Move,
  ranking,
  reveal,
  solve,
  startGame,
  turnsOf,
} from "../rules/guessing.ts";
import { commitment, hintOrder, isClose, judge, masked, plain, refines, reveals } from "../rules/judge.ts";
import { chooseWords, LEVELS, wordsOf } from "../rules/words.ts";

const [ann, bob, cid] = ["player-ann", "player-bob", "player-cid"] as const;
const all = new Set<string>([ann, bob, cid]);
const SALT = "0".repeat(32);

const done = (move: Move): Guessing => {
  if (typeof move === "string") throw new Error(move);
  return move;
};
const game = () => startGame("g1", [ann, bob, cid], { rounds: 2, seconds: 80, level: "easy" }, 0);
const drawing = (word = "apple") => done(choose(game(), ann, commitment("g1", 0, word, SALT), masked(word), 1_000));

describe("words and guesses", () => {
  test("every list has enough different words that fit the messages", () => {
    for (const level of LEVELS) {
      const words = wordsOf(level);
      expect(words.length).toBeGreaterThanOrEqual(70);
      expect(new Set(words.map(plain)).size).toBe(words.length);
      expect(words.filter((word) => word.length > 40 || word !== word.trim() || plain(word) === "")).toEqual([]);
      expect(new Set(chooseWords(level, new Set(words.slice(3)), () => 0.99)).size).toBe(3);
    }
  });

  test("a guess is right without regard to case, accents and spaces, and close with one edit or swap", () => {
    expect(judge(" Déjà-Vu ", "deja vu")).toBe("right");
    for (const guess of ["for", "forms", "fork", "from"]) expect(judge(guess, "form")).toBe("close");
    for (const guess of ["pear", "information", "farms", ""]) expect(judge(guess, "form")).toBe("wrong");
    expect(isClose("ca", "at")).toBe(false);
    expect(reveals("it is an APPLE!", "apple")).toBe(true);
  });

  test("hints show letters of the word and never take one back", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...LEVELS.flatMap(wordsOf)),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (word, r) => {
          const shown = new Set<number>();
          let mask = masked(word);
          for (const at of hintOrder(word, () => r)) {
            shown.add(at);
            const next = masked(word, shown);
            expect(refines(mask, next)).toBe(true);
            expect(refines(next, mask)).toBe(false);
            mask = next;
          }
          expect(mask).toContain("_");
        },
      ),
    );
  });
});

describe("a game of guessing", () => {
  test("the drawer alone chooses, gives hints, judges and reveals", () => {
    expect(choose(game(), bob, "0".repeat(64), "_____", 0)).toBe("not the drawer");
    expect(hint(drawing(), bob, "a____")).toBe("not the drawer");
    expect(solve(drawing(), bob, cid, 0, all)).toBe("not the drawer");
    expect(solve(drawing(), ann, ann, 0, all)).toBe("the drawer cannot guess");
    expect(solve(drawing(), ann, "stranger", 0, all)).toBe("not a player here");
    expect(hint(drawing(), ann, "a_____")).toBe("not a hint for this word");
    expect(reveal(drawing(), ann, "apple", SALT)).toBe("not the time to show the word");
  });

  test("a faster guess earns more, the drawer earns the mean, and the turn ends when all have guessed", () => {
    const first = done(solve(drawing(), ann, bob, 1_000, all));
    expect(first.stage).toBe("drawing");
    expect(solve(first, ann, bob, 2_000, all)).toBe("has guessed it before");
    const second = done(solve(first, ann, cid, 41_000, all));
    expect(second.stage).toBe("result");
    const shown = done(reveal(second, ann, "apple", SALT));
    expect(shown.word).toBe("apple");
    expect(new Map(shown.scores)).toEqual(
      new Map([
        [ann, 400],
        [bob, 500],
        [cid, 300],
      ]),
    );
    expect(ranking(shown).map(({ player }) => player)).toEqual([bob, ann, cid]);
    expect(v.safeParse(guessing, JSON.parse(JSON.stringify(shown))).success).toBe(true);
  });

  test("a drawer who reveals another word than was committed earns nothing", () => {
    const over = advance(done(solve(drawing(), ann, bob, 1_000, all)), 1e6, all);
    expect(isProven(over, "grape", SALT)).toBe(false);
    const shown = done(reveal(over, ann, "grape", SALT));
    expect(shown.word).toBe(false);
    expect(new Map(shown.scores).get(ann)).toBe(0);
  });

  test("time and absence alone bring every game to its end, through each drawer's turns", () => {
    fc.assert(
      fc.property(fc.array(fc.subarray([ann, bob, cid]), { minLength: 1, maxLength: 30 }), (presence) => {
        let now = 0;
        let one = game();
        let steps = 0;
        while (one.stage !== "over") {
          now = Math.max(now + 1, one.deadline);
          const present = new Set<string>(presence[steps % presence.length]);
          const next = advance(one, now, present);
          if (next.stage === "choosing") expect(present.has(drawerOf(next))).toBe(true);
          expect(next.turn >= one.turn && next.turn < turnsOf(one)).toBe(true);
          one = next;
          expect(++steps).toBeLessThan(40);
        }
        expect(advance(one, now + 1e9, all)).toBe(one);
      }),
    );
  });
});
