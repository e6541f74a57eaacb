import { put, take } from "./bag.ts";
import { wear } from "./belongings.ts";
import { isNear } from "./game-map.ts";
import { type Hero, maxHealth } from "./hero.ts";
import { itemOf } from "./items.ts";
import { type Choice, PEOPLE, type Person } from "./people.ts";
import { QUEST } from "./quest.ts";
import { bagChanged } from "./trade.ts";
import { refuse, setHero, type Turn } from "./world.ts";

export const TALK_REACH = 2;

type Asker = Pick<Hero, "bag" | "quest">;

export function openingOf(person: Person, { quest }: Asker): string {
  const fits = person.opens.find(
    ({ step, from }) => (step === undefined || step === quest.step) && (from === undefined || quest.step >= from),
  );
  return fits?.node ?? Object.keys(person.nodes)[0] ?? "";
}

/** Whether a person offers that choice to somebody: what the quest says, and whether one can pay. */
export function isOffered(choice: Choice, { bag, quest }: Asker): boolean {
  if (choice.step !== undefined && choice.step !== quest.step) return false;
  if (choice.hunted === true && quest.count < (QUEST[quest.step]?.hunt?.count ?? 0)) return false;
  return choice.takes === undefined || take(bag, choice.takes) !== undefined;
}

/** Carries out a choice: what it takes and gives changes at once or not at all. */
export function choose(turn: Turn, hero: Hero, who: string, node: string, index: number): undefined {
  const person = PEOPLE.get(who);
  const place = turn.world.maps.get(hero.map)?.people.find(({ id }) => id === who);
  if (!person || !place || !isNear(hero, { ...place, map: hero.map }, TALK_REACH)) {
    return refuse(turn, hero.id, "They cannot hear you.");
  }
  const choice = Object.hasOwn(person.nodes, node) ? person.nodes[node]?.choices[index] : undefined;
  if (!choice || !isOffered(choice, hero)) return refuse(turn, hero.id, "That is not on offer.");
  const rest = take(hero.bag, choice.takes ?? []);
  const bag = rest && put(rest, choice.gives ?? []);
  if (!bag) return refuse(turn, hero.id, "Your bag is full.");
  const begins = choice.begins !== undefined && choice.begins === hero.quest.step + 1 ? choice.begins : undefined;
  const quest = begins === undefined ? hero.quest : { step: begins, count: 0 };
  // What moves the quest on is worn at once: nobody should fight a boar with the sword in the bag.
  const gift =
    begins === undefined ? undefined : choice.gives?.find(({ item }) => itemOf(item).slot !== undefined)?.item;
  const health = choice.rests === true ? maxHealth(hero.xp) : hero.health;
  setHero(turn, { ...hero, bag, quest, health });
  for (const { item, count } of choice.takes ?? [])
    turn.effects.push({ type: "ledger", item, count: -count, why: "given" });
  for (const { item, count } of choice.gives ?? []) turn.effects.push({ type: "ledger", item, count, why: "received" });
  if (begins !== undefined) turn.effects.push({ type: "quest", who: hero.id, ...quest });
  if (health !== hero.health) turn.effects.push({ type: "healed", place: hero, target: hero.id, health });
  const now = turn.world.heroes.get(hero.id);
  if (gift !== undefined && now) wear(turn, now, gift);
  bagChanged(turn, hero.id);
}
