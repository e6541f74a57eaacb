import { runGame } from "../shared/run-game.tsx";
import { pong } from "./net/game.ts";
import type { PongRoom } from "./net/table.ts";
import { PongGame } from "./view/game.ts";
import { Play } from "./view/play.tsx";
import { Preview } from "./view/preview.tsx";
import { Result } from "./view/result.tsx";
import { Settings } from "./view/settings.tsx";

const games = new WeakMap<PongRoom, PongGame>();

/** Fingers steer, and there is no key to press. */
const isTouch = (): boolean => matchMedia("(pointer: coarse)").matches;

function gameOf(room: PongRoom): PongGame {
  const known = games.get(room);
  if (known) return known;
  const game = new PongGame(room, { isTouch: isTouch() });
  games.set(room, game);
  return game;
}

runGame(pong, {
  tagline: "Two paddles, one ball, and spin.",
  help: [
    "Move with the mouse, a finger, the arrow keys or a gamepad. Swing while you strike to put spin on the ball.",
    "Three returns fill your paddle. Press Space, click, or tap the button: the next strike is a power shot.",
    "Miss the ball and the other side scores. Rallies get faster until somebody does.",
  ],
  start(room) {
    const game = gameOf(room);
    return () => {
      game.close();
      games.delete(room);
    };
  },
  Play: ({ room }) => <Play game={gameOf(room)} />,
  Preview,
  Settings: ({ room }) => <Settings room={room} />,
  Result: ({ room }) => <Result game={gameOf(room)} />,
});
