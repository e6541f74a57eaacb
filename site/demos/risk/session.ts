import { effect } from "@preact/signals";
import { announce } from "../shared/shell/announce.tsx";
import { sound } from "../shared/sound.ts";
import type { ConquestRoom } from "./net/definition.ts";
import { HostDuties } from "./net/host.ts";
import { Pilot } from "./net/pilot.ts";
import { Table } from "./net/table.ts";
import type { Happening } from "./rules/game.ts";
import { nameOf } from "./rules/world.ts";
import { Choice } from "./view/choice.ts";
import { armiesText, ownerName } from "./view/sides.ts";
import { TurnClock } from "./view/turn-clock.ts";
import { Watch } from "./view/watch.ts";

/** Everything that belongs to one room in this page. */
export interface Session {
  readonly table: Table;
  readonly host: HostDuties;
  readonly pilot: Pilot;
  readonly watch: Watch;
  readonly choice: Choice;
  readonly clock: TurnClock;
}

const sessions = new WeakMap<object, Session>();

export function sessionOf(room: object): Session {
  const session = sessions.get(room);
  if (!session) throw new Error("the room has not been started");
  return session;
}

/** A page that was frozen notices it by a timer that comes much too late, ms. */
const TICK = 1_000;
const FROZEN = 4_000;

const SOUNDS: Readonly<Partial<Record<Happening["what"], () => void>>> = {
  battle: () => sound.play({ from: 190, to: 150, length: 50 }, { from: 170, to: 140, length: 50, delay: 60 }),
  conquered: () => sound.play({ from: 120, to: 55, length: 320, volume: 0.5, wave: "sine" }),
  traded: () => sound.play({ from: 520 }, { from: 660, delay: 90 }, { from: 780, delay: 180 }),
  won: () =>
    sound.play(
      { from: 520 },
      { from: 660, delay: 130 },
      { from: 780, delay: 260 },
      { from: 1040, delay: 390, length: 500 },
    ),
};

function tell({ watch, table }: Session, happened: readonly Happening[]): void {
  const game = table.game.peek();
  if (!game || watch.isFast.peek()) return;
  for (const one of happened) {
    SOUNDS[one.what]?.();
    if (one.what === "turn") announce(`${ownerName(game, one.seat)}: ${armiesText(one.armies)} to place.`);
    if (one.what === "conquered") announce(`${ownerName(game, one.by)} takes ${nameOf(one.at)}.`);
    if (one.what === "won") announce(`${ownerName(game, one.seat)} has won.`);
  }
}

/** Starts the logic of a room; returns what ends it. */
export function startSession(room: ConquestRoom): () => void {
  const table = new Table(room, localStorage);
  const host = new HostDuties(table);
  const pilot = new Pilot(table);
  const watch = new Watch(table);
  const choice = new Choice(table, watch);
  const clock = new TurnClock(table);
  const session: Session = { table, host, pilot, watch, choice, clock };
  sessions.set(room, session);
  const back = () => {
    if (!document.hidden) pilot.back();
  };
  const events = ["pointerdown", "keydown", "visibilitychange", "online"] as const;
  for (const event of events) document.addEventListener(event, back);
  let last = Date.now();
  const tick = setInterval(() => {
    if (Date.now() - last > FROZEN) {
      table.catchUp();
      back();
    }
    last = Date.now();
  }, TICK);
  const stops = [
    room.connection.client.on("resumed", () => {
      table.catchUp();
      back();
    }),
    effect(() => {
      const shown = watch.shown.value;
      const step = table.ledger.steps[shown - 1];
      if (step) tell(session, step.happened);
    }),
  ];
  return () => {
    for (const event of events) document.removeEventListener(event, back);
    clearInterval(tick);
    for (const stop of stops) stop();
    for (const part of [clock, choice, watch, pilot, host, table]) part.close();
  };
}
