import type { GameRoom } from "../../shared/room/game-room.ts";
import type { lanternfall } from "../definition.ts";
import { MAPS } from "../rules/maps.ts";
import {
  dropsName,
  type HeroValue,
  heroName,
  MAX_HEROES,
  type MonsterValue,
  monstersName,
  type PlaceValue,
} from "./protocol.ts";
import type { SavedWorld } from "./saved-world.ts";

export type WorldRoom = GameRoom<typeof lanternfall.messages, typeof lanternfall.checkpoints>;

/** The hero in each place of the checkpoint. */
export function heroesOf(room: WorldRoom): Map<number, HeroValue> {
  const heroes = new Map<number, HeroValue>();
  for (let slot = 0; slot < MAX_HEROES; slot++) {
    const hero = room.checkpoint(heroName(slot));
    if (hero) heroes.set(slot, hero);
  }
  return heroes;
}

/** Everything that the host has published. */
export function savedWorld(room: WorldRoom): SavedWorld {
  const heroes = heroesOf(room);
  const monsters = new Map<string, readonly MonsterValue[]>();
  for (const map of MAPS.keys()) monsters.set(map, room.checkpoint(monstersName(map)) ?? []);
  return {
    world: room.checkpoint("world"),
    heroes: [...heroes.values()],
    places: (room.checkpoint("places") ?? []).flatMap(([slot, map, x, y, direction]): PlaceValue[] => {
      const id = heroes.get(slot)?.id;
      return id === undefined ? [] : [[id, map, x, y, direction]];
    }),
    drops: [...MAPS.keys()].flatMap((map) => room.checkpoint(dropsName(map)) ?? []),
    trades: room.checkpoint("trades") ?? [],
    monsters,
  };
}
