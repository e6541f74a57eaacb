import { bracketOf } from "../rules/pairings.ts";
import type { PongGame } from "./game.ts";

/** In a tournament: the draw, with a button for each court that can be watched. */
export function Courts({ game }: { readonly game: PongGame }) {
  const { table } = game;
  const round = table.round.value;
  if (round?.format !== "tournament") return null;
  const names = new Map(table.room.players.value.map(({ id, name }) => [id, name]));
  const nameOf = (id: string | null, isDecided: boolean) =>
    id === null ? (isDecided ? "no opponent" : "…") : (names.get(id) ?? "left");
  const onScreen = table.court.value?.id;
  const mine = round.courts.some(({ seats }) => seats.includes(table.room.myId));
  const live = new Set(round.courts.map(({ id }) => id));
  return (
    <details class="pong-draw">
      <summary>Tournament</summary>
      <ol class="pong-rounds">
        {bracketOf(round).rounds.map((pairings, index) => (
          <li key={index}>
            {pairings.map(({ id, players: [one, two], winner }) => (
              <button
                key={id}
                type="button"
                class={id === onScreen ? "pong-tie shown" : "pong-tie"}
                disabled={mine || !live.has(id)}
                onClick={() => table.watch(id)}
              >
                {[one, two].map((id, place) => (
                  <span key={place} class={winner !== undefined && winner === id ? "won" : ""}>
                    {nameOf(id, winner !== undefined)}
                    {winner !== undefined && winner === id ? " ✓" : ""}
                  </span>
                ))}
              </button>
            ))}
          </li>
        ))}
      </ol>
    </details>
  );
}
