// A game that outlives its host: the host moves the ball, everybody sees it, and the next host continues where the last one stopped.
// Run it in several terminals, then stop the host with Ctrl-C: node tools/bun.mjs examples/rooms/game.ts ws://localhost:4010/game Ann
import { connect, Fault } from "@achex/client";

interface Ball {
  readonly x: number;
  readonly dx: number;
  readonly bounces: number;
}
interface Pong {
  state: { court: { ball: Ball; tick: number; "paddle/*": number } };
}

const [, , url = "ws://localhost:4010/game", name = "player"] = process.argv;
/** Length of a step, ms, and steps to catch up at most after a pause. */
const STEP = 50;
const CATCH_UP = 20;

const client = connect<Pong>(url, { name });
const court = client.hub("court");
const { state } = court;

/** The rules: without time, randomness or network, so every host computes the same. */
function move({ x, dx, bounces }: Ball): Ball {
  const wall = x + dx < 0 || x + dx > 100;
  return wall ? { x, dx: -dx, bounces: bounces + 1 } : { x: x + dx, dx, bounces };
}

// The host keeps the game in memory. Reading it from the state would be one round trip behind.
let ball: Ball = { x: 50, dx: 4, bounces: 0 };
let done = 0;

court.on("host", ({ host, isHost, term }) => {
  console.log(`${isHost ? "I am" : `${host?.name ?? "nobody"} is`} the host of term ${term}`);
  if (!isHost) return;
  // The state has every write of the previous host that was accepted.
  ball = state.get("ball") ?? ball;
  done = state.get("tick") ?? 0;
});

client.clock.every(STEP, ({ tick }) => {
  if (!court.isHost) return;
  const { term } = court;
  for (done = Math.max(done, tick - CATCH_UP); done < tick; done++) ball = move(ball);
  // With the term: a host that was suspended and wakes up cannot overwrite its successor.
  state.set({ ball, tick }, { term, ifConnected: true }).catch((fault) => {
    console.log(fault instanceof Fault ? fault.code : fault);
  });
});

state.on("change", ({ keys }) => {
  if (keys.includes("tick") && state.has("tick")) console.log(`tick ${state.get("tick")}, x ${state.get("ball")?.x}`);
});

await court.join({ state: true, options: { grace: 2_000 } });
process.on("SIGTERM", () => client.close());
