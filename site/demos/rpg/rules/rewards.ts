import { put } from "./bag.ts";
import { lay } from "./belongings.ts";
import { isNear } from "./game-map.ts";
import { type Hero, levelOf, MAX_XP, maxHealth } from "./hero.ts";
import { kindOf } from "./monster-kinds.ts";
import { PARTY, QUEST } from "./quest.ts";
import { nextRandom } from "./random.ts";
import { type Monster, present, setHero, type Turn } from "./world.ts";

/** How long a reward is kept for those who earned it, and until it fades, ms. */
const RESERVED = 10_000;
const FADES = 90_000;

/** The one who struck last, and its companions nearby: up to eight. */
function party(turn: Turn, hero: Hero, monster: Monster): Hero[] {
  const others = [...turn.world.heroes.values()].filter(
    ({ id }) =>
      id !== hero.id && present(turn.world, id) && isNear(turn.world.heroes.get(id) ?? hero, monster, PARTY.reach),
  );
  return [hero, ...others].slice(0, PARTY.size);
}

function addXp(turn: Turn, hero: Hero, xp: number): Hero {
  const next = Math.min(MAX_XP, hero.xp + xp);
  turn.effects.push({ type: "xp", who: hero.id, xp: next });
  const level = levelOf(next);
  if (level === levelOf(hero.xp)) return { ...hero, xp: next };
  turn.effects.push({ type: "level", place: hero, who: hero.id, level });
  return { ...hero, xp: next, health: maxHealth(next) };
}

/** Counts a monster for the quest. */
function addCredit(turn: Turn, hero: Hero, monster: Monster): Hero {
  const hunt = QUEST[hero.quest.step]?.hunt;
  if (hunt?.kind !== monster.kind || hero.quest.count >= hunt.count) return hero;
  let { bag } = hero;
  if (hunt.gives) {
    const filled = put(bag, [hunt.gives]);
    // With a full bag, the monster has to be met again: nothing of the quest ever lies on the ground.
    if (!filled) return hero;
    bag = filled;
    turn.effects.push({ type: "ledger", item: hunt.gives.item, count: hunt.gives.count, why: "quest" });
  }
  const quest = hunt.next ? { step: hero.quest.step + 1, count: 0 } : { ...hero.quest, count: hero.quest.count + 1 };
  turn.effects.push({ type: "quest", who: hero.id, ...quest });
  return { ...hero, bag, quest };
}

/** Experience and credit for all who helped, and what the monster leaves behind. */
export function reward(turn: Turn, hero: Hero, monster: Monster): undefined {
  const kind = kindOf(monster.kind);
  const members = party(turn, hero, monster);
  // Together it takes less time, so each gets a little less, but more in all.
  const share = Math.ceil(kind.xp / (0.6 + 0.4 * members.length));
  for (const member of members) setHero(turn, addCredit(turn, addXp(turn, member, share), monster));
  const owners = members.map(({ id }) => id);
  for (const { item, count, chance } of kind.leaves) {
    if (nextRandom(turn.world) >= chance) continue;
    const laid = lay(turn, monster, { item, count, owners, freeAt: turn.at + RESERVED, fadesAt: turn.at + FADES });
    if (laid) turn.effects.push({ type: "ledger", item, count, why: "left behind" });
  }
}
