import type { Step } from "../net/ledger.ts";
import type { Game } from "../rules/game.ts";
import { nameOf } from "../rules/world.ts";
import { ownerName, sideOf } from "./sides.ts";

const PIPS: Readonly<Record<number, readonly (readonly [number, number])[]>> = {
  1: [[12, 12]],
  2: [
    [7, 7],
    [17, 17],
  ],
  3: [
    [6, 6],
    [12, 12],
    [18, 18],
  ],
  4: [
    [7, 7],
    [17, 7],
    [7, 17],
    [17, 17],
  ],
  5: [
    [6, 6],
    [18, 6],
    [12, 12],
    [6, 18],
    [18, 18],
  ],
  6: [
    [7, 6],
    [17, 6],
    [7, 12],
    [17, 12],
    [7, 18],
    [17, 18],
  ],
};

const Die = ({ value, color, ink }: { readonly value: number; readonly color: string; readonly ink: string }) => (
  <svg viewBox="0 0 24 24" class="die" role="img" aria-label={String(value)}>
    <rect x="1" y="1" width="22" height="22" rx="5" fill={color} />
    {(PIPS[value] ?? []).map(([x, y]) => (
      <circle key={`${x} ${y}`} cx={x} cy={y} r="2.2" fill={ink} />
    ))}
  </svg>
);

/** The dice of the last battle, and what they did. */
export function Dice({
  step,
  game,
  isRolling,
}: {
  readonly step: Step | undefined;
  readonly game: Game;
  readonly isRolling: boolean;
}) {
  const battle = step?.happened.find(({ what }) => what === "battle");
  if (battle?.what !== "battle") return null;
  const { exchanges, attacker, defender, from, to, forfeit } = battle;
  const last = exchanges.at(-1);
  const lost = (side: "attackerLoses" | "defenderLoses") => exchanges.reduce((sum, one) => sum + one[side], 0);
  const fell = step?.happened.some(({ what }) => what === "conquered") ?? false;
  const dice = (values: readonly number[], side: number) => (
    <span class="dice-side">
      {values.map((value, index) => (
        <Die key={`${index} ${value}`} value={value} color={sideOf(side).color} ink={sideOf(side).ink} />
      ))}
    </span>
  );
  return (
    <section class={isRolling ? "dice rolling" : "dice"} aria-label="Last battle" key={step?.game.seq}>
      <div class="dice-row">
        {dice(last?.attacker ?? [], attacker)}
        <span class="versus">:</span>
        {dice(last?.defender ?? [], defender)}
      </div>
      <p class="small">
        {ownerName(game, attacker)}: {nameOf(from)} → {nameOf(to)}
        {exchanges.length > 1 ? `, ${exchanges.length} rolls` : ""}. Lost{" "}
        {`${lost("attackerLoses")}\u00a0:\u00a0${lost("defenderLoses")}`}.{fell ? " Conquered." : ""}
        {forfeit ? ` The ${forfeit} did not reveal its dice in time.` : ""}
      </p>
    </section>
  );
}
