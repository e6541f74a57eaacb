import type { ConquestRoom } from "../net/definition.ts";
import { sessionOf } from "../session.ts";
import { download } from "./history.tsx";
import { Emblem } from "./players.tsx";
import { ownerName } from "./sides.ts";

/** Who has won, and how. */
export function Result({ room }: { readonly room: ConquestRoom }) {
  const session = sessionOf(room);
  const game = session.table.game.value;
  if (game?.phase.name !== "over") return <h2>The game has ended</h2>;
  const { winner, how } = game.phase;
  return (
    <div class="result">
      <h2>
        <Emblem side={winner} />
        {winner === session.table.mySeat.value ? "You rule the world" : `${ownerName(game, winner)} rules the world`}
      </h2>
      <p>
        {how === "conquest" ? "By conquest" : "By mission"} after {game.turns} turns, {game.rolls} rolls and {game.seq}{" "}
        moves.
      </p>
      <div class="row">
        <button
          type="button"
          class="button"
          onClick={() => {
            session.watch.scrub.value = 1;
          }}
        >
          Look back
        </button>
        <button type="button" class="button" onClick={() => download(session)}>
          Save game
        </button>
      </div>
    </div>
  );
}
