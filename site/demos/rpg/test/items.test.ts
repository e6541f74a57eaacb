import { expect, test } from "bun:test";
import fc from "fast-check";
import { newCharacter } from "../rules/hero.ts";
import { ITEM_IDS, SLOTS } from "../rules/items.ts";
import { lookFrom } from "../rules/look.ts";
import { MAPS } from "../rules/maps.ts";
import { type Act, createWorld, type GameEvent, reduce } from "../rules/reduce.ts";
import type { Effect, World } from "../rules/world.ts";
import { inventory, ledger } from "./kit/world.ts";

const PLAYERS = ["ann", "bob", "cat"];
const item = fc.constantFrom(...ITEM_IDS);
const count = fc.integer({ min: -1, max: 4 });
const who = fc.constantFrom(...PLAYERS);

/** Anything a player may ask for, sensible or not. */
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ do: fc.constant("take" as const), drop: fc.integer({ min: 1, max: 60 }) }),
  fc.record({ do: fc.constant("drop" as const), item, count }),
  fc.record({ do: fc.constant("use" as const), item }),
  fc.record({ do: fc.constant("wear" as const), item }),
  fc.record({ do: fc.constant("takeOff" as const), slot: fc.constantFrom(...SLOTS) }),
  fc.record({ do: fc.constant("askTrade" as const), player: who }),
  fc.constant<Act>({ do: "openTrade" }),
  fc.record({
    do: fc.constant("offer" as const),
    stacks: fc.array(fc.record({ item, count }), { maxLength: 3 }),
  }),
  fc.record({ do: fc.constant("accept" as const), revision: fc.integer({ min: 0, max: 6 }) }),
  fc.constant<Act>({ do: "cancel" }),
  fc.record({
    do: fc.constant("choose" as const),
    person: fc.constantFrom("oda", "beacon"),
    node: fc.constantFrom("plan", "ready", "dark"),
    choice: fc.nat({ max: 3 }),
  }),
);

type Move = { readonly who: string } & (
  | { readonly act: Act }
  | { readonly to: "away" | "back" | "leave" | "arrive" | "tick" }
);
const stacks = fc.array(
  fc.record({ item: fc.constantFrom("bread", "coin", "glowcap"), count: fc.integer({ min: 1, max: 3 }) }),
  { maxLength: 2 },
);
/** A whole trade, which random moves rarely complete; some change an offer at the last moment. */
const deal: fc.Arbitrary<readonly Move[]> = fc
  .record({ first: who, second: who, gives: stacks, gets: stacks, late: fc.boolean() })
  .map(({ first, second, gives, gets, late }) => [
    { who: first, act: { do: "cancel" } },
    { who: second, act: { do: "cancel" } },
    { who: first, act: { do: "askTrade", player: second } },
    { who: second, act: { do: "openTrade" } },
    { who: first, act: { do: "offer", stacks: gives } },
    { who: second, act: { do: "offer", stacks: gets } },
    { who: first, act: { do: "accept", revision: 2 } },
    ...(late ? [{ who: first, act: { do: "offer" as const, stacks: [] } }] : []),
    { who: second, act: { do: "accept", revision: 2 } },
  ]);
const single: fc.Arbitrary<Move> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ who, act }) },
  { weight: 1, arbitrary: fc.record({ who, to: fc.constantFrom("away", "back", "leave", "arrive", "tick") }) },
);

const moves = (most: number): fc.Arbitrary<Move[]> =>
  fc
    .array(fc.oneof({ weight: 6, arbitrary: single.map((entry) => [entry]) }, { weight: 1, arbitrary: deal }), {
      maxLength: most,
    })
    .map((groups) => groups.flat());

function eventOf(entry: Move, at: number): GameEvent {
  const { who: id } = entry;
  if ("act" in entry) return { type: "act", who: id, act: entry.act, at };
  switch (entry.to) {
    case "away":
    case "back":
      return { type: "away", who: id, away: entry.to === "away", at };
    case "leave":
      return { type: "leave", who: id, at };
    case "arrive":
      return { type: "arrive", who: id, character: characterOf(id), at };
    case "tick":
      return { type: "tick", at };
  }
}

const characterOf = (id: string) => {
  const character = newCharacter(id, lookFrom(1));
  return {
    ...character,
    bag: [
      ...character.bag,
      { item: "glowcap" as const, count: 5 },
      { item: "cap" as const, count: 1 },
      { item: "key" as const, count: 1 },
    ],
  };
};

function play(log: readonly Move[], after?: (world: World, effects: readonly Effect[]) => void): World {
  const world = createWorld(MAPS, 7);
  const effects: Effect[] = [];
  let at = 1_000_000;
  const run = (event: GameEvent) => {
    effects.push(...reduce(world, event));
    after?.(world, effects);
  };
  for (const id of PLAYERS) run({ type: "arrive", who: id, character: characterOf(id), at });
  for (const entry of log) {
    at += 100;
    run(eventOf(entry, at));
  }
  return world;
}

test("items are neither doubled nor lost over any sequence of trades, drops, pick-ups and disconnects", () => {
  let traded = 0;
  fc.assert(
    fc.property(moves(60), (log) => {
      play(log, (world, effects) => {
        expect(inventory(world)).toEqual(ledger(effects));
        const last = effects.at(-1);
        if (last?.type === "traded" && last.done) traded++;
      });
    }),
    { numRuns: 150 },
  );
  expect(traded).toBeGreaterThan(10);
});

test("whatever players do to each other, only the ledger's reasons make items: trades and drops never do", () => {
  const reasons = new Set(["brought along", "grown", "used", "given", "received"]);
  fc.assert(
    fc.property(moves(40), (log) => {
      play(log, (_, effects) => {
        for (const effect of effects) if (effect.type === "ledger") expect(reasons).toContain(effect.why);
      });
    }),
    { numRuns: 50 },
  );
});

test("the same log gives the same world", () => {
  const shown = ({ maps: _, ...world }: World) =>
    JSON.stringify(world, (_key, value) => (value instanceof Map ? [...value] : value));
  fc.assert(
    fc.property(moves(60), (log) => {
      expect(shown(play(log))).toBe(shown(play(log)));
    }),
    { numRuns: 50 },
  );
});

test("nothing of the quest changes hands, and no stack is empty, negative or too large", () => {
  fc.assert(
    fc.property(moves(60), (log) => {
      const world = play(log);
      for (const { bag } of world.heroes.values()) {
        expect(bag.find((stack) => stack.item === "key")?.count).toBe(1);
        for (const stack of bag) expect(stack.count >= 1 && stack.count <= 99).toBe(true);
        expect(new Set(bag.map((stack) => stack.item)).size).toBe(bag.length);
      }
    }),
    { numRuns: 50 },
  );
});
