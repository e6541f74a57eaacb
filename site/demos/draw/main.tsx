import { runGame } from "../shared/run-game.tsx";
import { type DrawRoom, game } from "./net/definition.ts";
import { DrawSession } from "./net/session.ts";
import { DrawView } from "./view/draw-view.tsx";

const sessions = new WeakMap<DrawRoom, DrawSession>();

runGame(game, {
  tagline: "One sheet of paper for everybody. Draw together, or guess what the others draw.",
  help: [
    "Draw with mouse, pen or finger. Two fingers or the wheel move and zoom the paper.",
    "Undo takes back your own steps only. In the menu: everybody's layers, a replay, and the drawing as a file.",
    "Guess the word: one player draws, the others guess. The faster, the more points.",
  ],
  lobby: "never",
  start(room) {
    const session = new DrawSession(room);
    sessions.set(room, session);
    return () => session.close();
  },
  Play({ room }) {
    const session = sessions.get(room);
    return session ? <DrawView session={session} /> : null;
  },
});
