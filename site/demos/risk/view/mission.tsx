import type { Game } from "../rules/game.ts";
import { currentMission, isFulfilled, type Mission, missionOf } from "../rules/missions.ts";
import { CONTINENTS } from "../rules/world.ts";
import type { Session } from "../session.ts";
import { ownerName } from "./sides.ts";

function missionText(game: Game, mission: Mission): string {
  if (mission.kind === "eliminate") return `Eliminate ${ownerName(game, mission.seat)}.`;
  if (mission.kind === "territories") {
    return `Hold ${mission.count} territories${mission.armies > 1 ? ` with at least ${mission.armies} armies each` : ""}.`;
  }
  const names = mission.continents.map((continent) => CONTINENTS[continent]?.name).join(" and ");
  return `Conquer ${names}${mission.more ? " and one further continent" : ""}.`;
}

/** My mission, which only this page knows. */
export function MissionCard({ session, game }: { readonly session: Session; readonly game: Game }) {
  const { table, choice, pilot } = session;
  const seat = table.mySeat.value;
  if (!game.options.missions || seat === undefined || game.deal === "" || game.seats[seat]?.seal === null) return null;
  const mission = currentMission(game, seat, missionOf(game, seat, table.secrets.missionSecret));
  const done = isFulfilled(game, seat, mission);
  return (
    <section class="mission" aria-label="Your secret mission">
      <p>
        <strong>Mission:</strong> {missionText(game, mission)} {done ? "✓ fulfilled" : ""}
      </p>
      {done && pilot.canShowMission() ? (
        <button
          type="button"
          class="button primary"
          onClick={() => choice.do({ do: "mission", secret: table.secrets.missionSecret })}
        >
          Show it and win
        </button>
      ) : null}
    </section>
  );
}
