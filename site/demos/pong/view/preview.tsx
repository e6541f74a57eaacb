import { useEffect, useRef } from "preact/hooks";
import { startLoop } from "../../shared/feel/loop.ts";
import { prefersReducedMotion } from "../../shared/feel/shake.ts";
import { LiveCourt } from "../net/live-court.ts";
import { type Seat, seatsOf, TICK_MS } from "../rules/court.ts";
import { newMatch, turnOf } from "../rules/match.ts";
import { CourtView } from "./court-view.ts";
import { LIVERIES } from "./palette.ts";
import type { Scene } from "./scene.ts";

const NOBODY = { target: undefined, axis: 0, serves: false, isArmed: false };
const PORT = { control: () => "sharp" as const, sendMove() {}, sendPaddle() {}, protest() {} };
const newCourt = () => new LiveCourt(newMatch(1, 7), PORT, 0);

function sceneOf(court: LiveCourt, ahead: number): Scene {
  const { shown } = court.timeline;
  const paddles = seatsOf(shown.teams).flatMap((seat: Seat) => {
    const [livery, y] = [LIVERIES[seat], court.paddles[seat]?.y ?? 0];
    const who = { name: "", note: undefined, isMine: false, isAway: false, isArmed: false };
    return livery ? [{ ...who, seat, livery, y, energy: shown.energy[seat] ?? 0 }] : [];
  });
  return {
    ...{ teams: shown.teams, side: undefined, paddles, ball: court.timeline.ball(ahead), turn: turnOf(shown) },
    ...{ score: [shown.score[0], shown.score[1]], goal: 0, heat: Math.min(1, shown.strikes / 14), banner: undefined },
  };
}

/** On the first screen: two computers play. */
export function Preview() {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (!canvas.current) return;
    const view = new CourtView(canvas.current);
    let court = newCourt();
    let now = 0;
    const loop = startLoop({
      step: TICK_MS,
      update() {
        // Those who ask for calm see the court, and nothing that moves.
        if (prefersReducedMotion()) return;
        now += TICK_MS;
        for (const happening of court.step(now, NOBODY))
          view.effects.show(happening, (seat) => LIVERIES[seat]?.color ?? "");
        if (court.match.phase === "over" && court.timeline.isCurrent) court = newCourt();
      },
      draw: (frame) => view.draw(sceneOf(court, frame.alpha - view.effects.delay / TICK_MS), frame),
    });
    return () => loop.stop();
  }, []);
  return <canvas ref={canvas} class="pong-preview" role="img" aria-label="The court: two computers play a rally" />;
}
