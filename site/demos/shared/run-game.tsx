import { render } from "preact";
import { GameApp } from "./app/game-app.ts";
import type { GameOptions } from "./app/options.ts";
import type { GameDefinition, Schemas } from "./room/definition.ts";
import { GameShell } from "./shell/game-shell.tsx";

/** Runs a game in its page: first screen, lobby, bar, panel. The game adds its logic and what it draws. */
export function runGame<M extends Schemas, C extends Schemas>(
  game: GameDefinition<M, C>,
  options: GameOptions<M, C>,
): void {
  const place = document.getElementById("game");
  if (!place) throw new Error("the page has no place for the game");
  const app = new GameApp(game, options);
  place.textContent = "";
  render(<GameShell app={app} />, place);
  void app.start();
}
