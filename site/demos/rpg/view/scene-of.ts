import { newMarks, type Shown } from "../net/actors.ts";
import type { Game } from "../net/game.ts";
import type { Target } from "../net/targets.ts";
import { type Direction, directionOf, SOUTH } from "../rules/direction.ts";
import { type GameMap, stepsBetween } from "../rules/game-map.ts";
import { goalOf, wayTo } from "../rules/goal.ts";
import { levelOf, lightOf, maxHealth } from "../rules/hero.ts";
import { lookFrom } from "../rules/look.ts";
import { MAPS } from "../rules/maps.ts";
import { PEOPLE } from "../rules/people.ts";
import { FINISHED } from "../rules/quest.ts";
import type { Figure, Scene } from "./scene.ts";

const CALM = newMarks();
/** Villagers turn to somebody so near. */
const NOTICES = 3;
const STRANGER = lookFrom(0);

function villagers(map: GameMap, me: Shown): Figure[] {
  return map.people.flatMap(({ id, x, y }) => {
    const person = PEOPLE.get(id);
    if (!person || person.thing) return [];
    const facing: Direction =
      stepsBetween({ x, y }, me) <= NOTICES ? (directionOf(me.x - x, me.y - y) ?? SOUTH) : SOUTH;
    return {
      ...{
        id,
        name: person.name,
        look: person.look,
        kind: "villager",
        marks: CALM,
        isAway: false,
        light: 0,
        health: undefined,
        level: 0,
      },
      worn: { ...(person.hat && { head: person.hat }), ...(person.tool && { hand: person.tool }) },
      shown: { map: map.id, x, y, direction: facing, moving: false },
    };
  });
}

/** The other players on my map. */
function others(game: Game, now: number): Figure[] {
  const map = game.walker.map;
  const players = new Map(game.room.players.peek().map((player) => [player.id, player]));
  const heroes = game.heroes.peek();
  return [...game.replica.actors.values()].flatMap((actor): Figure[] => {
    const shown = actor.shown(now);
    if (shown.map !== map) return [];
    const hero = heroes.get(actor.id);
    const player = players.get(actor.id);
    const most = hero ? maxHealth(hero.xp) : 1;
    const health = actor.health ?? hero?.health ?? most;
    return [
      {
        ...{ id: actor.id, shown, marks: actor.marks, kind: "player" },
        name: player?.name ?? hero?.name ?? "Somebody",
        look: hero?.look ?? STRANGER,
        worn: hero?.worn ?? {},
        isAway: player?.status === "away",
        light: hero ? lightOf(hero) : 0,
        health: health < most ? health / most : undefined,
        level: hero ? levelOf(hero.xp) : 1,
      },
    ];
  });
}

/** The picture of this moment; undefined until this player is in the world. */
export function sceneOf(game: Game, target: Target | undefined, now: number, isStill: boolean): Scene | undefined {
  const map = MAPS.get(game.walker.map);
  const hero = game.me.peek();
  if (!map || !hero) return undefined;
  const me = game.walker.shown(now);
  const own: Figure = {
    ...{ id: hero.id, name: hero.name, look: hero.look, worn: hero.worn, shown: me, marks: game.marks, kind: "me" },
    ...{ isAway: false, light: lightOf(hero), level: levelOf(hero.xp) },
    health: undefined,
  };
  const goal = goalOf(hero).at;
  return {
    ...{ map, me, now, isStill, target },
    goal: goal && wayTo(MAPS, map.id, goal),
    figures: [...villagers(map, me), ...others(game, now), own],
    creatures: [...game.replica.creatures.values()].filter(
      (creature) =>
        creature.map === map.id && (creature.alive || (creature.fellAt !== undefined && now - creature.fellAt < 600)),
    ),
    lying: game.dropsOn(map.id),
    floats: game.replica.floats,
    serverNow: game.room.now(),
    isBeaconLit: hero.quest.step >= FINISHED,
  };
}
