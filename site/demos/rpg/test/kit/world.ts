import { newCharacter, START } from "../../rules/hero.ts";
import type { ItemId } from "../../rules/items.ts";
import { lookFrom } from "../../rules/look.ts";
import { MAPS } from "../../rules/maps.ts";
import { createWorld, type GameEvent, reduce } from "../../rules/reduce.ts";
import type { Effect, World } from "../../rules/world.ts";

/** A world, its time, and the events that made it. */
export class TestWorld {
  readonly world: World;
  at = 1_000_000;
  readonly effects: Effect[] = [];

  constructor(seed = 1) {
    this.world = createWorld(MAPS, seed);
  }

  run(event: { [K in GameEvent["type"]]: Omit<Extract<GameEvent, { type: K }>, "at"> }[GameEvent["type"]]): Effect[] {
    const effects = reduce(this.world, { ...event, at: this.at });
    this.effects.push(...effects);
    return effects;
  }

  arrive(who: string): void {
    this.run({ type: "arrive", who, character: newCharacter(who, lookFrom(1)) });
    // Newcomers appear around the start; tests count steps from it.
    this.put(who, START.map, START.x, START.y);
  }

  /** Lets time pass, in the host's ticks. */
  wait(milliseconds: number): void {
    for (let passed = 0; passed < milliseconds; passed += 200) {
      this.at += 200;
      this.run({ type: "tick" });
    }
  }

  /** Puts a hero anywhere, which no player can. */
  put(who: string, map: string, x: number, y: number): void {
    const hero = this.world.heroes.get(who);
    if (hero) this.world.heroes.set(who, { ...hero, map, x, y });
  }

  hero(who: string) {
    const hero = this.world.heroes.get(who);
    if (!hero) throw new Error(`${who} is not in the world`);
    return hero;
  }
}

/** How many of each item exist: in bags, worn, and on the ground. */
export function inventory({ heroes, drops }: World): Record<string, number> {
  const sum: Record<string, number> = {};
  const add = (item: ItemId, count: number) => {
    sum[item] = (sum[item] ?? 0) + count;
  };
  for (const { bag, worn } of heroes.values()) {
    for (const { item, count } of bag) add(item, count);
    for (const item of Object.values(worn)) add(item, 1);
  }
  for (const { item, count } of drops.values()) add(item, count);
  return sum;
}

/** What the ledger says must exist. */
export function ledger(effects: readonly Effect[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const effect of effects) if (effect.type === "ledger") sum[effect.item] = (sum[effect.item] ?? 0) + effect.count;
  return Object.fromEntries(Object.entries(sum).filter(([, count]) => count !== 0));
}
