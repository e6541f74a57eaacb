import { championOf } from "../rules/bracket.ts";
import { winnerOf } from "../rules/match.ts";
import { bracketOf } from "../rules/pairings.ts";
import type { PongGame } from "./game.ts";
import { victory } from "./scene-of.ts";

/** How the round ended. */
export function Result({ game }: { readonly game: PongGame }) {
  const { table } = game;
  const round = table.round.value;
  const entry = table.court.value;
  const match = entry && table.courts.get(entry.id)?.match;
  if (round?.format === "tournament") {
    const champion = table.room.player(championOf(bracketOf(round)) ?? "");
    return (
      <p class="pong-result">
        <strong>{champion?.name ?? "Nobody"}</strong> wins the tournament of {round.entrants.length}.
      </p>
    );
  }
  if (!entry || !match) return null;
  const winner = winnerOf(match);
  return (
    <p class="pong-result">
      {winner === undefined ? (
        "The match was not finished."
      ) : (
        <>
          <strong>{victory(table, entry, match, winner)}</strong> {match.score[winner]} :{" "}
          {match.score[winner === 0 ? 1 : 0]}. Longest rally: {match.longest}{" "}
          {match.longest === 1 ? "strike" : "strikes"}.
        </>
      )}
    </p>
  );
}
