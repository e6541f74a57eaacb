import { countOf } from "./bag.ts";
import type { GameMap, MapPlace, Place } from "./game-map.ts";
import type { Character } from "./hero.ts";
import { FINISHED, QUEST } from "./quest.ts";

const VILLAGE = {
  oda: { map: "village", x: 30, y: 16 },
  beacon: { map: "village", x: 29, y: 15 },
  mill: { map: "village", x: 12, y: 31 },
} as const;
const MIRA: MapPlace = { map: "mira", x: 5, y: 4 };
const BRAND: MapPlace = { map: "smith", x: 7, y: 4 };

/** What a character has to do next, in a few words, and where. */
export interface Goal {
  readonly title: string;
  readonly text: string;
  readonly at: MapPlace | undefined;
}

export function goalOf({ quest, bag }: Pick<Character, "quest" | "bag">): Goal {
  if (quest.step >= FINISHED)
    return { title: "The beacon burns", text: "Help others, trade, and explore.", at: undefined };
  const step = QUEST[quest.step];
  const title = step?.title ?? "";
  switch (quest.step) {
    case 0:
      return { title, text: "Speak with Elder Oda by the beacon.", at: VILLAGE.oda };
    case 1: {
      const found = countOf(bag, "glowcap");
      if (found >= 3) return { title, text: "Bring the glowcaps to Mira: the green roof.", at: MIRA };
      return { title, text: `Gather glowcaps in the forest to the east: ${found} of 3.`, at: step?.at };
    }
    case 2:
      if (quest.count >= 4) return { title, text: "Tell Brand the smith.", at: BRAND };
      return { title, text: `Drive off slimes at the old mill: ${quest.count} of 4.`, at: VILLAGE.mill };
    case 3:
      return { title, text: "Defeat the Old Boar in the north-east of the forest.", at: step?.at };
    default:
      if (countOf(bag, "ember") > 0) return { title, text: "Light the beacon in the village.", at: VILLAGE.beacon };
      return { title, text: "Defeat the Hollow King in the cave, south-east of the forest.", at: step?.at };
  }
}

/** Where to go on this map to reach a place: the place itself, or the exit that leads towards it. */
export function wayTo(maps: ReadonlyMap<string, GameMap>, from: string, to: MapPlace): Place | undefined {
  if (from === to.map) return to;
  // Breadth first over the maps, from the target back to here.
  const queue = [to.map];
  const known = new Set(queue);
  for (const map of queue) {
    const exit = maps.get(from)?.exits.find((candidate) => candidate.to.map === map);
    if (exit) return exit;
    for (const { id, exits } of maps.values()) {
      if (known.has(id) || !exits.some((candidate) => candidate.to.map === map)) continue;
      known.add(id);
      queue.push(id);
    }
  }
  return undefined;
}
