import { ITEM_IDS, itemOf } from "../rules/items.ts";
import { isMonsterKind, kindOf, MONSTER_KINDS } from "../rules/monster-kinds.ts";
import { PEOPLE } from "../rules/people.ts";
import { GROUNDS, THINGS } from "../rules/tiles.ts";
import type { Tool } from "./edit.ts";

export interface ToolChoice {
  readonly id: string;
  readonly group: string;
  readonly label: string;
  readonly tool: Tool;
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Everything that can be put on a map; it follows the lists of the rules. */
export const TOOLS: readonly ToolChoice[] = [
  { id: "erase", group: "Tools", label: "Erase", tool: { kind: "erase" } },
  ...Object.entries(GROUNDS).map(
    ([letter, { name }]): ToolChoice => ({
      id: `ground ${letter}`,
      group: "Ground",
      label: sentence(name),
      tool: { kind: "ground", letter },
    }),
  ),
  ...Object.entries(THINGS)
    .filter(([letter]) => letter !== "." && letter !== "H")
    .map(
      ([letter, { name }]): ToolChoice => ({
        id: `thing ${letter}`,
        group: "Things",
        label: sentence(name),
        tool: { kind: "thing", letter },
      }),
    ),
  ...(["house", "mill", "cave", "beacon"] as const).map(
    (house): ToolChoice => ({
      id: `house ${house}`,
      group: "Buildings",
      label: sentence(house),
      tool: { kind: "house", house, roof: 2 },
    }),
  ),
  { id: "sign", group: "Objects", label: "Sign", tool: { kind: "sign", text: "A sign." } },
  { id: "exit", group: "Objects", label: "Exit", tool: { kind: "exit", map: "village", x: 27, y: 20 } },
  ...ITEM_IDS.map(
    (item): ToolChoice => ({
      id: `find ${item}`,
      group: "Items",
      label: itemOf(item).name,
      tool: { kind: "find", item },
    }),
  ),
  ...Object.keys(MONSTER_KINDS)
    .filter(isMonsterKind)
    .map(
      (monster): ToolChoice => ({
        id: `spawn ${monster}`,
        group: "Monsters",
        label: kindOf(monster).name,
        tool: { kind: "spawn", monster },
      }),
    ),
  ...[...PEOPLE.values()].map(
    ({ id, name }): ToolChoice => ({ id: `person ${id}`, group: "People", label: name, tool: { kind: "person", id } }),
  ),
];
