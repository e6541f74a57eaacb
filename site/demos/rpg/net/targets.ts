import type { Direction } from "../rules/direction.ts";
import { stepFrom } from "../rules/direction.ts";
import { type GameMap, type MapPlace, type Place, stepsBetween } from "../rules/game-map.ts";
import { itemOf } from "../rules/items.ts";
import { kindOf } from "../rules/monster-kinds.ts";
import { PEOPLE } from "../rules/people.ts";
import { TALK_REACH } from "../rules/talk.ts";
import type { Creature } from "./actors.ts";
import type { DropValue } from "./protocol.ts";

/** What the action key does something with. */
export type Target = Place & { readonly label: string } & (
    | { readonly kind: "monster"; readonly id: string }
    | { readonly kind: "drop"; readonly drop: number }
    | { readonly kind: "person"; readonly person: string }
    | { readonly kind: "sign"; readonly text: string }
    | { readonly kind: "player"; readonly player: string }
  );

export interface Around {
  readonly map: GameMap;
  readonly creatures: Iterable<Creature>;
  readonly drops: readonly DropValue[];
  readonly players: Iterable<{ readonly id: string; readonly name: string; readonly place: MapPlace }>;
}

/** How near one has to be, and what matters more at the same distance. */
const REACH = { monster: 1, drop: 1, person: TALK_REACH, sign: 1, player: 1 } as const;
const RANK = { monster: 0, drop: 1, person: 2, sign: 3, player: 4 } as const;

/** Everything that can be used, wherever it is on the map. */
export function targetsOf({ map, creatures, drops, players }: Around): Target[] {
  const targets: Target[] = [];
  for (const { id, map: where, x, y, alive, origin } of creatures) {
    if (where === map.id && alive)
      targets.push({ kind: "monster", id, x, y, label: `Strike the ${kindOf(origin.kind).name}` });
  }
  for (const { id, item, x, y, map: where } of drops) {
    if (where === map.id)
      targets.push({ kind: "drop", drop: id, x, y, label: `Pick up ${itemOf(item).name.toLowerCase()}` });
  }
  for (const { id, x, y } of map.people) {
    const person = PEOPLE.get(id);
    if (person)
      targets.push({
        kind: "person",
        person: id,
        x,
        y,
        label: person.thing ? `Look at ${person.name.toLowerCase()}` : `Talk to ${person.name}`,
      });
  }
  for (const { x, y, text } of map.signs) targets.push({ kind: "sign", text, x, y, label: "Read the sign" });
  for (const { id, name, place } of players) {
    if (place.map === map.id)
      targets.push({ kind: "player", player: id, x: place.x, y: place.y, label: `Trade with ${name}` });
  }
  return targets;
}

/** What is in reach: what one faces first, then monsters, things, people. */
export function targetAt(from: Place, facing: Direction, targets: readonly Target[]): Target | undefined {
  const ahead = stepFrom(from, facing);
  const score = (target: Target) =>
    RANK[target.kind] * 4 + stepsBetween(from, target) - (stepsBetween(ahead, target) === 0 ? 3 : 0);
  return targets
    .filter((target) => stepsBetween(from, target) <= REACH[target.kind])
    .sort((a, b) => score(a) - score(b))[0];
}

export const reachOf = ({ kind }: Target): number => REACH[kind];
