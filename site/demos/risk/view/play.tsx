import { useSignal } from "@preact/signals";
import type { ConquestRoom } from "../net/definition.ts";
import type { Game } from "../rules/game.ts";
import { CONTINENTS, continentOf, nameOf } from "../rules/world.ts";
import { type Session, sessionOf } from "../session.ts";
import { Actions } from "./actions.tsx";
import { Board } from "./board.tsx";
import { Dice } from "./dice.tsx";
import { Hand } from "./hand.tsx";
import { History } from "./history.tsx";
import { MissionCard } from "./mission.tsx";
import { Players } from "./players.tsx";
import { Proofs } from "./proof.tsx";
import { ownerName } from "./sides.ts";

const TABS = { players: "Players", moves: "Moves", proof: "Dice proof" } as const;
type Tab = keyof typeof TABS;
const TAB_LIST: readonly Tab[] = ["players", "moves", "proof"];

/** Says what is under the pointer, and how an attack on it would end. */
function Hint({ session, game }: { readonly session: Session; readonly game: Game }) {
  const at = session.choice.hover.value ?? session.choice.to.value ?? session.choice.from.value;
  if (at === undefined)
    return (
      <p class="hint muted">
        {session.watch.scrub.value === undefined
          ? "Press a territory, or point at it."
          : `Looking back at move ${session.watch.scrub.value}.`}
      </p>
    );
  const odds = session.choice.oddsFor(game, at);
  const continent = CONTINENTS[continentOf(at)];
  return (
    <p class="hint">
      <strong>{nameOf(at)}</strong> · {ownerName(game, game.owner[at] ?? -1)}, {game.armies[at]} · {continent?.name} +
      {continent?.bonus}
      {odds ? ` · ${Math.round(odds.odds * 100)} % from ${nameOf(odds.from)}` : ""}
    </p>
  );
}

function Controls({ session, game }: { readonly session: Session; readonly game: Game }) {
  const { pilot, watch, table } = session;
  if (table.mySeat.value === undefined) return null;
  const isAway = game.seats[table.mySeat.value]?.control === "bot";
  return (
    <div class="controls">
      <label>
        <input
          type="checkbox"
          checked={pilot.isOn.value}
          onChange={(event) => {
            pilot.isOn.value = event.currentTarget.checked;
          }}
        />
        Let the computer play for me
      </label>
      <label>
        <input
          type="checkbox"
          checked={watch.isFast.value}
          onChange={(event) => {
            watch.isFast.value = event.currentTarget.checked;
            pilot.pace.value = event.currentTarget.checked ? 0 : 500;
          }}
        />
        Fast
      </label>
      {isAway ? (
        <button type="button" class="button small primary" onClick={() => pilot.back()}>
          I am back
        </button>
      ) : null}
    </div>
  );
}

/** The whole game: the board, and beside or below it what can be done. */
export function Play({ room }: { readonly room: ConquestRoom }) {
  const session = sessionOf(room);
  const { watch, choice, table } = session;
  const tab = useSignal<Tab>("players");
  const game = watch.game.value;
  if (!game) return <p class="waiting">The game begins…</p>;
  return (
    <div
      class={game.phase.name === "over" ? "conquest over" : "conquest"}
      data-moves={watch.shown.value}
      data-seat={table.mySeat.value ?? "none"}
    >
      <Board game={game} choice={choice} scene={watch.scene.value} />
      <div class="side-panel">
        <Hint session={session} game={game} />
        <Actions session={session} game={game} />
        <Hand session={session} game={game} />
        <MissionCard session={session} game={game} />
        <Dice
          step={watch.battle.value}
          game={game}
          isRolling={watch.scene.value !== undefined && watch.scene.value === watch.battle.value}
        />
        <Controls session={session} game={game} />
        {table.complaints.value.length > 0 && tab.value !== "proof" ? (
          <p class="problem small">{table.complaints.value.at(-1)}</p>
        ) : null}
        <div class="tabs" role="tablist" aria-label="About this game">
          {TAB_LIST.map((one) => (
            <button
              key={one}
              type="button"
              role="tab"
              aria-selected={tab.value === one}
              onClick={() => {
                tab.value = one;
              }}
            >
              {TABS[one]}
            </button>
          ))}
        </div>
        {tab.value === "players" ? <Players room={room} session={session} game={game} /> : null}
        {tab.value === "moves" ? <History session={session} /> : null}
        {tab.value === "proof" ? <Proofs session={session} /> : null}
      </div>
    </div>
  );
}
