import type { ConquestRoom } from "../net/definition.ts";
import type { Game } from "../rules/game.ts";
import { continentsOf, income, ownedBy } from "../rules/turn.ts";
import { CONTINENTS } from "../rules/world.ts";
import type { Session } from "../session.ts";
import { armiesText, sideOf } from "./sides.ts";

/** A badge as a small picture beside a name. */
export const Emblem = ({ side }: { readonly side: number }) => (
  <svg class="emblem" viewBox="-18 -18 36 36" aria-hidden="true">
    <path d={sideOf(side).shape} fill={sideOf(side).color} />
  </svg>
);

const STATUS = { here: "", away: "reconnecting…", gone: "left" } as const;

interface PlayersProps {
  readonly room: ConquestRoom;
  readonly session: Session;
  readonly game: Game;
}

/** Everybody on the board: territories, armies, cards, income. */
export function Players({ room, session, game }: PlayersProps) {
  const { table } = session;
  const mine = table.mySeat.value;
  const canSit = mine === undefined && room.me.value?.seat !== undefined;
  return (
    <ol class="sides">
      {game.seats.map((seat, index) => {
        const own = ownedBy(game, index);
        const armies = own.reduce((sum, at) => sum + (game.armies[at] ?? 0), 0);
        const player = room.players.value.find(({ id }) => id === seat.id);
        const isBot = seat.id.startsWith("bot-");
        const status = isBot ? "" : player ? STATUS[player.status] : "left";
        const bonus = continentsOf(game, index).map((continent) => CONTINENTS[continent]?.name);
        return (
          <li
            key={seat.id}
            class={`side ${seat.out === null ? "" : "out"}`}
            aria-current={game.turn === index ? "true" : undefined}
          >
            <Emblem side={index} />
            <div class="side-name">
              <strong>{seat.name}</strong>
              {index === mine ? <span class="tag">you</span> : null}
              {!isBot && seat.control === "bot" ? <span class="tag">computer plays</span> : null}
              {status ? <span class="tag warn">{status}</span> : null}
              <span class="side-facts">
                {seat.out === null
                  ? `${own.length} ${own.length === 1 ? "territory" : "territories"} · ${armiesText(armies)} · +${income(game, index)} · ${seat.cards.length} ${seat.cards.length === 1 ? "card" : "cards"}`
                  : `eliminated by ${game.seats[seat.out]?.name ?? "?"}`}
              </span>
              {bonus.length > 0 ? <span class="side-facts">holds {bonus.join(", ")}</span> : null}
            </div>
            {canSit && isBot && seat.out === null ? (
              <button
                type="button"
                class="button small"
                onClick={() =>
                  table.decide
                    ? table.decide(-1, { do: "sit", seat: index, id: room.myId, name: room.me.value?.name ?? "Player" })
                    : room.send("sit", { seat: index })
                }
              >
                Play this one
              </button>
            ) : null}
          </li>
        );
      })}
    </ol>
  );
}
