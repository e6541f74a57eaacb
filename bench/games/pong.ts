// A match of two: each side computes with the rules of the game, its paddle moves as the computer's does, and it sends what a page sends.
import { LiveCourt } from "../../site/demos/pong/net/live-court.ts";
import type { Level } from "../../site/demos/pong/rules/computer.ts";
import { type Seat, TICK_MS } from "../../site/demos/pong/rules/court.ts";
import { type Match, type Move, newMatch } from "../../site/demos/pong/rules/match.ts";
import type { BenchPlayer, GameDriver } from "./driver.ts";

const COURT = "0-0";
const LEVEL: Level = "sharp";
const NOBODY = { target: undefined, axis: 0, serves: false, isArmed: false };

interface MoveMessage {
  readonly s: Seat;
  readonly m: Move;
}
interface PaddleMessage {
  readonly s: Seat;
  readonly y: number;
  readonly t: number;
}
// Both sides are this program, so what arrives has the form of what was sent.
const isMove = (data: unknown): data is MoveMessage => typeof data === "object" && data !== null && "m" in data;
const isPaddle = (data: unknown): data is PaddleMessage => typeof data === "object" && data !== null && "y" in data;

const withoutFlight = ({ flight: _, ...match }: Match): object => match;

function side(player: BenchPlayer, seat: Seat, now: number): LiveCourt {
  const court = new LiveCourt(
    newMatch(1, 11),
    {
      control: (one) => (one === seat ? LEVEL : undefined),
      sendMove(m, s) {
        player.send("move", { c: COURT, s, m });
        // The host writes the score after each point.
        if (seat === 0 && m.kind === "miss") player.publish({ scores: { [COURT]: withoutFlight(court.match) } });
      },
      sendPaddle: (s, y) =>
        player.send("paddle", { c: COURT, s, y, t: Math.round(now) }, { latest: `paddle ${COURT} ${s}` }),
      protest: () => {},
    },
    now,
  );
  return court;
}

export const pong: GameDriver = {
  id: "pong",
  title: "Pong, two players",
  players: 2,
  start(players, index) {
    let now = performance.now() - index * 13;
    let courts = players.map((player, seat) => side(player, seat === 0 ? 0 : 1, now));
    for (const [seat, player] of players.entries()) {
      player.on("move", (data) => isMove(data) && courts[seat]?.receive(data.m, data.s, now));
      player.on("paddle", (data) => isPaddle(data) && courts[seat]?.paddles[data.s]?.received(data.y, data.t, now));
    }
    return {
      step(time) {
        for (; now < time; now += TICK_MS) for (const court of courts) court.step(now, NOBODY);
        // The next match.
        if (courts.every(({ match }) => match.phase === "over"))
          courts = players.map((player, seat) => side(player, seat === 0 ? 0 : 1, now));
      },
    };
  },
};
