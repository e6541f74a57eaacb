import { compare } from "./battle.ts";

/** The chances of battles, calculated exactly. */

interface Result {
  readonly attackerLoses: number;
  readonly defenderLoses: number;
  readonly chance: number;
}

function* throws(dice: number): Generator<number[]> {
  if (dice === 0) {
    yield [];
    return;
  }
  for (const others of throws(dice - 1)) for (let face = 1; face <= 6; face++) yield [...others, face];
}

const descending = (dice: number): number[][] => [...throws(dice)].map((one) => one.sort((a, b) => b - a));

const results = new Map<number, readonly Result[]>();

/** How one roll of so many dice against so many may end. */
export function rollOdds(attacker: number, defender: number): readonly Result[] {
  const key = attacker * 10 + defender;
  const known = results.get(key);
  if (known) return known;
  const counts = new Map<number, number>();
  const theirs = descending(defender);
  for (const own of descending(attacker)) {
    for (const other of theirs) {
      const { defenderLoses } = compare(own, other);
      counts.set(defenderLoses, (counts.get(defenderLoses) ?? 0) + 1);
    }
  }
  const all = 6 ** (attacker + defender);
  const list = [...counts].map(([defenderLoses, count]) => ({
    attackerLoses: Math.min(attacker, defender) - defenderLoses,
    defenderLoses,
    chance: count / all,
  }));
  results.set(key, list);
  return list;
}

/** Larger armies are scaled down to this size: beyond it the chances hardly depend on the size, only on the ratio. */
const LARGEST = 60;
const won = new Map<number, number>();

function winning(attackers: number, defenders: number): number {
  if (defenders === 0) return 1;
  if (attackers === 0) return 0;
  const key = attackers * 100 + defenders;
  const known = won.get(key);
  if (known !== undefined) return known;
  let chance = 0;
  for (const result of rollOdds(Math.min(3, attackers), Math.min(2, defenders))) {
    chance += result.chance * winning(attackers - result.attackerLoses, defenders - result.defenderLoses);
  }
  won.set(key, chance);
  return chance;
}

/** The chance to conquer with all dice, when one army stays behind. Both numbers are armies on the territories. */
export function winOdds(from: number, to: number): number {
  const most = Math.max(from - 1, to);
  if (most <= LARGEST) return winning(Math.max(0, from - 1), to);
  const scale = LARGEST / most;
  return winning(Math.round((from - 1) * scale), Math.max(1, Math.round(to * scale)));
}
