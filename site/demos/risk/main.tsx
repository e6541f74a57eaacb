import { runGame } from "../shared/run-game.tsx";
import { conquest } from "./net/definition.ts";
import { startSession } from "./session.ts";
import { Play } from "./view/play.tsx";
import { Result } from "./view/result.tsx";
import { Settings } from "./view/settings.tsx";

runGame(conquest, {
  tagline: "A game of world conquest, known as Risk: six continents, honest dice, friends or computers.",
  help: [
    "Your turn: place new armies, attack neighbours as often as you like, then move armies once. Each turn with a conquest earns a card.",
    "Whole continents bring more armies. Three matching cards bring many more. Conquer everything to win.",
    "Press a territory, then its target. Tab and Enter work too; drag and pinch move the map.",
  ],
  start: startSession,
  Play,
  Settings,
  Result,
});
