// The smallest game, which docs/games.md explains.
import * as v from "valibot";
import { colorOf } from "../shared/room/colors.ts";
import { defineGame } from "../shared/room/definition.ts";
import type { GameRoom } from "../shared/room/game-room.ts";
import { runGame } from "../shared/run-game.tsx";
import { PlayerMark } from "../shared/shell/roster.tsx";
import { tagline, title } from "./texts.ts";

const GOAL = 20;
/** How fast the computer taps, ms. */
const COMPUTER = 250;

const tap = defineGame({
  ...{ id: "tap", title, seats: 8, minPlayers: 2, capacity: 32, solo: true, lateSeats: true },
  messages: { tap: v.object({}) },
  checkpoints: { score: v.object({ round: v.number(), taps: v.pipe(v.array(v.number()), v.maxLength(8)) }) },
});
type Room = GameRoom<typeof tap.messages, typeof tap.checkpoints>;

function tapsOf(room: Room): readonly number[] {
  const score = room.checkpoint("score");
  return score?.round === room.phase.value.round ? score.taps : Array(tap.seats).fill(0);
}

/** The host counts, and publishes the new numbers. */
function count(room: Room, seat: number): void {
  const { name, round } = room.phase.peek();
  if (!room.isHost.peek() || name !== "playing") return;
  const taps = tapsOf(room).map((number, at) => (at === seat ? number + 1 : number));
  room.publish({ score: { round, taps } });
  if (taps[seat] === GOAL) room.finish();
}

/** The seat of the computer, which plays when somebody is alone. */
function computerSeat(room: Room): number {
  const seats = room.seats.value;
  return seats.filter((seat) => seat !== null).length === 1 ? seats.indexOf(null) : -1;
}

function start(room: Room): () => void {
  const stop = room.on("tap", (_, from) => {
    if (from.seat === undefined) return "only players with a seat can tap";
    count(room, from.seat);
    return undefined;
  });
  const timer = setInterval(() => count(room, computerSeat(room)), COMPUTER);
  return () => {
    stop();
    clearInterval(timer);
  };
}

function press(room: Room): void {
  const { seat } = room.me.value ?? {};
  if (seat === undefined) return;
  if (room.isHost.value) count(room, seat);
  else room.send("tap", {}, { to: room.host.value });
}

function Play({ room }: { readonly room: Room }) {
  const taps = tapsOf(room);
  const players = room.players.value.filter(({ seat }) => seat !== undefined);
  const computer = computerSeat(room);
  const rows = [
    ...players.map(({ seat = 0, name, color }) => ({ seat, name, color })),
    ...(computer < 0 ? [] : [{ seat: computer, name: "Computer", color: 12 }]),
  ];
  return (
    <div class="tap">
      <ul>
        {rows.map(({ seat, name, color }) => (
          <li key={seat}>
            <PlayerMark color={color} /> {name}
            <progress max={GOAL} value={taps[seat]} aria-label={name} style={{ color: colorOf(color).hex }} />
          </li>
        ))}
      </ul>
      <button
        type="button"
        class="button primary"
        disabled={room.me.value?.seat === undefined}
        onClick={() => press(room)}
      >
        Tap
      </button>
    </div>
  );
}

function Result({ room }: { readonly room: Room }) {
  const winner = tapsOf(room).indexOf(GOAL);
  return <h2>{`${room.bySeat(winner)?.name ?? "The computer"} wins`}</h2>;
}

const help = [
  "Tap the button, or press the space bar.",
  `The first with ${GOAL} taps wins.`,
  "H shows this help.",
] as const;
runGame(tap, { tagline, help, start, Play, Result });
