import { effect } from "@preact/signals";
import { announce } from "../../shared/shell/announce.tsx";
import { sound } from "../../shared/sound.ts";
import type { DrawSession } from "../net/session.ts";
import { drawerOf } from "../rules/guessing.ts";

const LAST_SECONDS = 10;

/** Tones and spoken lines of a game: a turn begins, somebody has guessed, the time is nearly over. Returns an unsubscribe function. */
export function listenToGame({ guess, room }: DrawSession): () => void {
  let stage = "";
  let solved = 0;
  let warned = "";
  const stopGame = effect(() => {
    const game = guess.game.value;
    const next = game ? `${game.id} ${game.turn} ${game.stage}` : "";
    if (!game || next === stage) {
      if (game && game.solved.length > solved) sound.play({ from: 660 }, { from: 880, delay: 90, length: 180 });
      solved = game?.solved.length ?? 0;
      return;
    }
    stage = next;
    solved = game.solved.length;
    const drawer = room.players.peek().find(({ id }) => id === drawerOf(game));
    if (game.stage === "drawing") {
      sound.play({ from: 392, to: 523, length: 200 });
      announce(drawer?.isMe ? "Draw now." : `${drawer?.name ?? "Somebody"} is drawing. Type your guess.`);
    }
    if (game.stage === "result") sound.play({ from: 523, to: 392, length: 260 });
  });
  const timer = setInterval(() => {
    const game = guess.game.peek();
    if (game?.stage !== "drawing" || warned === stage) return;
    if (game.deadline - room.now() > LAST_SECONDS * 1_000) return;
    warned = stage;
    sound.play({ from: 440, length: 80 }, { from: 440, length: 80, delay: 160 });
    announce("Ten seconds left.");
  }, 250);
  return () => {
    stopGame();
    clearInterval(timer);
  };
}
