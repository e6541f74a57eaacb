import { isNear } from "./game-map.ts";
import { attackOf, defenceOf, type Hero, maxHealth, START } from "./hero.ts";
import { kindOf } from "./monster-kinds.ts";
import { between } from "./random.ts";
import { reward } from "./rewards.ts";
import { cancelTrade } from "./trade.ts";
import { changed, type Monster, refuse, setHero, type Turn } from "./world.ts";

/** Steps at which a blow lands. One more than what one sees, because both may be moving. */
export const STRIKE_REACH = 2;
export const STRIKE_TIME = 450;
/** Messages take different times to arrive. */
const EARLY = 60;
const RESPAWN = 30_000;

export function setMonster(turn: Turn, monster: Monster): undefined {
  turn.world.monsters.set(monster.id, monster);
  turn.effects.push({ type: "moved", monster: monster.id });
  changed(turn, `monsters/${monster.map}`);
}

const damageOf = (turn: Turn, attack: number, defence: number) =>
  Math.max(1, attack - defence + between(turn.world, -1, 1));

/** A hero strikes a monster. */
export function strike(turn: Turn, hero: Hero, target: string): undefined {
  const { world, at } = turn;
  const monster = world.monsters.get(target);
  if (!monster || monster.deadUntil !== undefined) return refuse(turn, hero.id, "It is not there any more.");
  if (!isNear(hero, monster, STRIKE_REACH)) return refuse(turn, hero.id, "Too far away to strike.");
  if (at < hero.readyAt - EARLY) return refuse(turn, hero.id, "Not so fast.");
  const damage = damageOf(turn, attackOf(hero), 0);
  const health = Math.max(0, monster.health - damage);
  const striker = setHero(turn, { ...hero, readyAt: at + STRIKE_TIME, foughtAt: at });
  turn.effects.push({ type: "hit", place: monster, target, by: hero.id, damage, health });
  if (health > 0) return setMonster(turn, { ...monster, health, chases: monster.chases ?? hero.id, closeAt: at });
  turn.effects.push({ type: "fell", place: monster, target, by: hero.id });
  setMonster(turn, { ...monster, health: 0, chases: undefined, deadUntil: at + RESPAWN });
  reward(turn, striker, monster);
}

/** A monster strikes a hero. One who falls wakes up at the well, with everything it carried. */
export function strikeBack(turn: Turn, monster: Monster, hero: Hero): undefined {
  const damage = damageOf(turn, kindOf(monster.kind).attack, defenceOf(hero));
  const health = Math.max(0, hero.health - damage);
  turn.effects.push({ type: "hit", place: hero, target: hero.id, by: monster.id, damage, health });
  if (health > 0) {
    setHero(turn, { ...hero, health, foughtAt: turn.at });
    return;
  }
  turn.effects.push({ type: "fell", place: hero, target: hero.id, by: monster.id });
  cancelTrade(turn, hero.id, "One of you fell.");
  setHero(turn, { ...hero, ...START, health: maxHealth(hero.xp), steps: { left: 0, at: turn.at } });
  turn.effects.push({ type: "placed", who: hero.id, place: START });
}
