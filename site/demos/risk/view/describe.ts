import type { Step } from "../net/ledger.ts";
import { type Game, HOST } from "../rules/game.ts";
import { nameOf } from "../rules/world.ts";
import { ownerName } from "./sides.ts";

/** A move in words. Empty for what another line already says. */
export function describe({ entry, game, happened }: Step): string {
  const who = entry.by === HOST ? "" : ownerName(game, entry.by);
  const { move } = entry;
  switch (move.do) {
    case "begin":
      return `A game of ${move.players.length} begins`;
    case "claim":
      return `${who} claims ${nameOf(move.at)}`;
    case "place":
      return `${who} places armies in ${[...new Set(move.at)].map(nameOf).join(" and ")}`;
    case "reinforce":
      return `${who}: +${move.armies} in ${nameOf(move.at)}`;
    case "trade":
      return `${who} trades a set of cards`;
    case "occupy":
      return `${who} moves ${move.armies} in`;
    case "fortify":
      return `${who} moves ${move.armies} from ${nameOf(move.from)} to ${nameOf(move.to)}`;
    case "mission":
      return `${who} shows a fulfilled mission`;
    case "control":
      return `${ownerName(game, move.seat)}${move.to === "bot" ? ": the computer plays" : " is back"}`;
    case "sit":
      return `${move.name} takes a seat`;
    case "chain":
      return `${who} has new dice`;
    case "roll":
      return happened
        .map((one) => happening(game, one))
        .filter(Boolean)
        .join("; ");
    default:
      return "";
  }
}

function happening(game: Game, one: Step["happened"][number]): string {
  switch (one.what) {
    case "dealt":
      return `${ownerName(game, one.first)} begins`;
    case "battle": {
      const own = one.exchanges.reduce((sum, { attackerLoses }) => sum + attackerLoses, 0);
      const theirs = one.exchanges.reduce((sum, { defenderLoses }) => sum + defenderLoses, 0);
      return `${ownerName(game, one.attacker)} attacks ${nameOf(one.to)} from ${nameOf(one.from)}: loses ${own}, ${ownerName(game, one.defender)} ${theirs}`;
    }
    case "conquered":
      return "conquered";
    case "eliminated":
      return `${ownerName(game, one.seat)} is eliminated`;
    case "won":
      return `${ownerName(game, one.seat)} wins`;
    default:
      return "";
  }
}
