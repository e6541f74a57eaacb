import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { countOf } from "../rules/bag.ts";
import { canStep, DIRECTIONS, stepFrom } from "../rules/direction.ts";
import { isFree, stepsBetween } from "../rules/game-map.ts";
import { MAPS } from "../rules/maps.ts";
import { parseMap } from "../rules/parse-map.ts";
import { findPath } from "../rules/path.ts";
import { PEOPLE } from "../rules/people.ts";
import { FINISHED, QUEST } from "../rules/quest.ts";
import { DAY, darkness } from "../rules/sky.ts";
import { zoneOf, zonesNear, zonesOf } from "../rules/zones.ts";
import { TestWorld } from "./kit/world.ts";

const village = MAPS.get("village");
if (!village) throw new Error("there is a village");

describe("maps", () => {
  test("each exit leads to a free tile, and from there one can walk on", () => {
    for (const map of MAPS.values()) {
      for (const { to } of map.exits) {
        const target = MAPS.get(to.map);
        expect(target && isFree(target, to.x, to.y)).toBe(true);
        expect(target?.exits.some(({ x, y }) => x === to.x && y === to.y)).toBe(false);
      }
    }
  });

  test("everybody is there, and every answer leads somewhere", () => {
    const there = [...MAPS.values()].flatMap(({ people }) => people.map(({ id }) => id));
    expect(there.toSorted()).toEqual([...PEOPLE.keys()].toSorted());
    for (const { nodes, opens } of PEOPLE.values()) {
      for (const { node } of opens) expect(nodes).toHaveProperty([node]);
      for (const { choices } of Object.values(nodes)) {
        expect(choices.length).toBeGreaterThan(0);
        for (const { to } of choices) if (to !== undefined) expect(nodes).toHaveProperty([to]);
      }
    }
  });

  test("a broken map is named, whatever it is", () => {
    fc.assert(fc.property(fc.jsonValue(), (json) => expect(typeof parseMap(json)).toBe("string")));
    expect(parseMap({ ...village, ground: village.ground.slice(1) })).toContain("same length");
  });
});

describe("walking", () => {
  test("a path consists of possible steps and ends at its target", () => {
    const tile = fc.record({ x: fc.nat({ max: 55 }), y: fc.nat({ max: 35 }) });
    fc.assert(
      fc.property(tile, (to) => {
        let at = { x: 27, y: 20 };
        const path = findPath(village, at, to);
        if (!path) return;
        for (const direction of path) {
          expect(canStep(village, at, direction)).toBe(true);
          at = stepFrom(at, direction);
        }
        expect(at).toEqual(to);
        expect(path.length).toBeGreaterThanOrEqual(stepsBetween({ x: 27, y: 20 }, to));
      }),
    );
  });

  test("teleports, walls and locked ways are refused, and the position stays", () => {
    const game = new TestWorld();
    game.arrive("ann");
    const step = (map: string, x: number, y: number) =>
      game.run({ type: "step", who: "ann", place: { map, x, y }, direction: 2 });
    for (const [map, x, y] of [
      ["village", 50, 17],
      ["cave", 7, 31],
      ["village", 0, 0],
      ["nowhere", 1, 1],
      ["village", 27.5, 20],
    ] as const) {
      expect(step(map, x, y)[0]).toMatchObject({ type: "refused" });
      expect(game.hero("ann")).toMatchObject({ map: "village", x: 27, y: 20 });
    }
    game.put("ann", "forest", 70, 39);
    expect(step("cave", 7, 31)[0]).toMatchObject({ type: "refused", reason: expect.stringContaining("key") });
  });

  test("nobody is faster than the pace of the world allows", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...DIRECTIONS), fc.nat({ max: 250 })), { minLength: 50, maxLength: 200 }),
        (steps) => {
          const game = new TestWorld();
          game.arrive("ann");
          let walked = 0;
          let passed = 0;
          for (const [direction, pause] of steps) {
            game.at += pause;
            passed += pause;
            const before = game.hero("ann");
            game.run({
              type: "step",
              who: "ann",
              place: { map: before.map, ...stepFrom(before, direction) },
              direction,
            });
            walked += stepsBetween(before, game.hero("ann"));
          }
          expect(walked).toBeLessThanOrEqual(8 + (passed / 200) * 1.15);
        },
      ),
      { numRuns: 30 },
    );
  });
});

test("one is always in one's own zone, and walking along an edge does not join and leave", () => {
  const all = new Set(zonesOf(village));
  expect(all.size).toBe(6);
  let now = new Set<string>();
  let changes = 0;
  for (let step = 0; step < 40; step++) {
    const place = { map: "village", x: 27 + (step % 2), y: 11 + (step % 3) };
    const next = zonesNear(village, place, now);
    expect(next.has(zoneOf(place))).toBe(true);
    for (const zone of next) expect(all.has(zone)).toBe(true);
    if (next.size !== now.size) changes++;
    now = next;
  }
  expect(changes).toBeLessThanOrEqual(2);
});

test("the night is dark, noon is bright, dusk is neither", () => {
  expect([darkness(0), darkness(DAY / 2)]).toEqual([1, 0]);
  expect(darkness(DAY * 0.84)).toBeGreaterThan(0.2);
});

describe("monsters", () => {
  test("one strikes back, falls, rewards all who are near, and returns when nobody is", () => {
    const game = new TestWorld();
    for (const who of ["ann", "bob"]) {
      game.arrive(who);
      game.put(who, "village", 13, 30);
      game.world.heroes.set(who, { ...game.hero(who), quest: { step: 2, count: 0 } });
    }
    for (let blows = 0; blows < 40 && game.hero("ann").quest.count === 0; blows++) {
      game.wait(600);
      const slime = [...game.world.monsters.values()].find(
        ({ map, deadUntil, ...at }) =>
          map === "village" && deadUntil === undefined && stepsBetween(at, game.hero("ann")) <= 2,
      );
      if (slime) game.run({ type: "act", who: "ann", act: { do: "strike", monster: slime.id } });
    }
    expect(game.effects.some((effect) => effect.type === "hit" && effect.target === "ann")).toBe(true);
    expect([game.hero("ann").quest.count, game.hero("bob").quest.count]).toEqual([1, 1]);
    expect(game.hero("bob").xp).toBeGreaterThan(0);
    const dead = [...game.world.monsters.values()].find(({ deadUntil }) => deadUntil !== undefined);
    for (const who of ["ann", "bob"]) game.put(who, "inn", 6, 8);
    game.wait(31_000);
    expect(game.world.monsters.get(dead?.id ?? "")?.deadUntil).toBeUndefined();
  });

  test("one returns also to somebody who waits at its home", () => {
    const game = new TestWorld();
    game.arrive("ann");
    const boar = [...game.world.monsters.values()].find(({ kind }) => kind === "old boar");
    if (!boar) throw new Error("there is a boar");
    game.world.monsters.set(boar.id, { ...boar, health: 0, deadUntil: game.at + 30_000 });
    game.put("ann", boar.map, boar.home.x, boar.home.y);
    game.wait(31_000);
    expect(game.world.monsters.get(boar.id)?.deadUntil).toBeDefined();
    game.wait(11_000);
    expect(game.world.monsters.get(boar.id)?.deadUntil).toBeUndefined();
  });

  test("one never leaves its home by more than it roams, and loses interest", () => {
    const game = new TestWorld(3);
    game.arrive("ann");
    game.put("ann", "forest", 34, 20);
    for (let round = 0; round < 200; round++) {
      game.wait(200);
      game.put("ann", "forest", 34 + (round % 9), 20);
      for (const { home, ...at } of game.world.monsters.values()) expect(stepsBetween(at, home)).toBeLessThanOrEqual(7);
    }
  });

  test("somebody whose connection dropped cannot be hurt", () => {
    const game = new TestWorld();
    game.arrive("ann");
    game.put("ann", "forest", 73, 9);
    game.run({ type: "away", who: "ann", away: true });
    game.wait(10_000);
    expect(game.effects.some((effect) => effect.type === "hit")).toBe(false);
  });
});

test("the quest can be finished: five steps, one after the other", () => {
  const game = new TestWorld();
  game.arrive("ann");
  const talk = (person: string, node: string, choice: number) => {
    const [map] = [...MAPS.values()].filter(({ people }) => people.some(({ id }) => id === person));
    const place = map?.people.find(({ id }) => id === person);
    if (map && place) game.put("ann", map.id, place.x, place.y + 1);
    game.run({ type: "act", who: "ann", act: { do: "choose", person, node, choice } });
  };
  const give = (change: object) => game.world.heroes.set("ann", { ...game.hero("ann"), ...change });
  const slay = (kind: string) => {
    for (let blows = 0; blows < 200 && game.hero("ann").quest.step < FINISHED; blows++) {
      const target = [...game.world.monsters.values()].find(
        (monster) => monster.kind === kind && monster.deadUntil === undefined,
      );
      if (!target || game.effects.some((effect) => effect.type === "fell" && effect.target === target.id)) return;
      game.put("ann", target.map, target.x, target.y);
      give({ health: 20 });
      game.at += 500;
      game.run({ type: "act", who: "ann", act: { do: "strike", monster: target.id } });
    }
  };
  talk("mira", "glowcaps", 0);
  expect(game.hero("ann").quest.step).toBe(0);
  talk("oda", "plan", 0);
  talk("mira", "glowcaps", 0);
  expect(game.hero("ann").quest.step).toBe(1);
  give({ bag: [...game.hero("ann").bag, { item: "glowcap", count: 3 }] });
  talk("mira", "glowcaps", 0);
  talk("brand", "slimes", 0);
  expect(game.hero("ann").quest).toEqual({ step: 2, count: 0 });
  for (let at = 0; at < 4; at++) slay("slime");
  talk("brand", "slimes", 0);
  expect(game.hero("ann").quest.step).toBe(3);
  expect(game.hero("ann").worn).toEqual({ hand: "sword", side: "lantern" });
  slay("old boar");
  expect(game.hero("ann").quest.step).toBe(4);
  expect(countOf(game.hero("ann").bag, "key")).toBe(1);
  slay("king");
  talk("beacon", "ready", 0);
  expect(game.hero("ann").quest.step).toBe(FINISHED);
  expect(QUEST.length).toBe(5);
});
