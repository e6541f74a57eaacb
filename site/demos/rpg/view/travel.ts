import type { Game } from "../net/game.ts";
import { nearest } from "../net/replica.ts";
import type { Target } from "../net/targets.ts";
import { type Place, stepsBetween } from "../rules/game-map.ts";
import { goalOf, wayTo } from "../rules/goal.ts";
import { MAPS } from "../rules/maps.ts";
import { findPath } from "../rules/path.ts";
import { QUEST } from "../rules/quest.ts";
import { TALK_REACH } from "../rules/talk.ts";

/** Where the quest goes on, on this map: what one gathers or hunts if it is here, somebody to talk to, or an exit. */
function nextStop(
  game: Game,
  targets: readonly Target[],
): { readonly place: Place; readonly reach: number; readonly target?: Target } | undefined {
  const hero = game.me.peek();
  const goal = hero && goalOf(hero).at;
  if (!hero || !goal) return undefined;
  const { walker } = game;
  const hunt = QUEST[hero.quest.step]?.hunt;
  const isHunting =
    hunt !== undefined &&
    goal.map === walker.map &&
    !targets.some((target) => target.kind === "person" && stepsBetween(target, goal) === 0);
  const wanted = targets.filter((target) => {
    if (target.kind === "drop")
      return hero.quest.step === 1 && goal.map === walker.map && target.label.includes("glowcap");
    if (target.kind !== "monster" || !isHunting) return false;
    return game.replica.creatures.get(target.id)?.origin.kind === hunt.kind;
  });
  const close = nearest(walker, wanted, 200);
  if (close) return { place: close, reach: close.kind === "drop" ? 0 : 1, target: close };
  const way = wayTo(MAPS, walker.map, goal);
  const person = targets.find(
    (target) => target.kind === "person" && way !== undefined && stepsBetween(target, way) === 0,
  );
  return way && (person ? { place: way, reach: TALK_REACH, target: person } : { place: way, reach: 0 });
}

/** Walks to where the quest goes on. Returns whether there is a way; `then` gets what is there. */
export function travel(game: Game, targets: readonly Target[], then: (target: Target) => void): boolean {
  const stop = nextStop(game, targets);
  const map = MAPS.get(game.walker.map);
  const path = stop && map && findPath(map, game.walker, stop.place, stop.reach);
  if (!path) return false;
  game.walker.stop();
  game.walker.path = path;
  const { target } = stop;
  if (target) game.walker.arrived = () => then(target);
  return true;
}
