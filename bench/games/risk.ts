// A game of four: one of its moves every 600 ms. The log is played once by the rules; what is sent then is what pages send.
import { chunked } from "../../site/demos/risk/net/chunks.ts";
import { Ledger } from "../../site/demos/risk/net/ledger.ts";
import { chooseMove } from "../../site/demos/risk/rules/bots/bot.ts";
import { createChain } from "../../site/demos/risk/rules/dice.ts";
import { type Entry, type Game, HOST } from "../../site/demos/risk/rules/game.ts";
import { awaitsRoll, contributors } from "../../site/demos/risk/rules/seats.ts";
import type { GameDriver } from "./driver.ts";

const PLAYERS = 4;
/** Pause between two moves, ms. */
const PACE = 600;
/** Pause between two writes of the log, as in the page's net/host.ts, ms. */
const STORE = 1_500;
const MOST = 600;

const ids = Array.from({ length: PLAYERS }, (_, index) => `player-${index}`);

function wholeGame(): Ledger {
  const chains = ids.map((id) => createChain("BENCH", id, id));
  const ledger = new Ledger();
  const players = ids.map((id, seat) => ({ id, name: id, bot: null, link: chains[seat]?.[0] ?? "", seal: null }));
  const options = { setup: "quick", sets: "fixed", fortify: "connected", missions: false, timer: 90 } as const;
  ledger.add({ by: HOST, move: { do: "begin", room: "BENCH", options, players } });
  while (ledger.game && ledger.game.phase.name !== "over" && ledger.length < MOST)
    ledger.add(next(ledger.game, chains));
  return ledger;
}

function next(game: Game, chains: readonly (readonly string[])[]): Entry {
  if (!awaitsRoll(game)) return { by: game.turn, move: chooseMove(game, "hard") ?? { do: "end" } };
  const links = contributors(game).map((seat) => chains[seat]?.[(game.seats[seat]?.revealed ?? 0) + 1] ?? null);
  return { by: HOST, move: { do: "roll", links } };
}

let played: Ledger | undefined;

export const risk: GameDriver = {
  id: "risk",
  title: "World Conquest, four players",
  players: PLAYERS,
  start(players, index) {
    played ??= wholeGame();
    const { steps } = played;
    let at = 0;
    let moveAt = performance.now() + ((index * 37) % PACE);
    let storeAt = moveAt + STORE;
    const [host] = players;
    const send = () => {
      const step = steps[at];
      if (!step) return;
      const { by, move } = step.entry;
      if (by > 0) players[by]?.send("move", { move });
      if (move.do === "roll") {
        for (const [seat, link] of move.links.entries()) players[seat]?.send("reveal", { roll: at, link });
      }
      host?.send("entries", { round: 1, from: at, list: [step.entry], hash: step.hash });
      at = (at + 1) % steps.length;
    };
    return {
      step(now) {
        for (; moveAt < now; moveAt += PACE) send();
        if (now < storeAt) return;
        storeAt = now + STORE;
        const log = chunked(steps.slice(0, at).map(({ entry }) => entry));
        if (log) host?.publish({ tail: { from: log.from, text: log.tail }, head: { round: 1, seq: at } });
      },
    };
  },
};
