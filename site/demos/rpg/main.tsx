import { runGame } from "../shared/run-game.tsx";
import { lanternfall } from "./definition.ts";
import { TAGLINE } from "./text.ts";
import { Play } from "./view/play.tsx";
import { enterWorld } from "./view/session.ts";

runGame(lanternfall, {
  tagline: TAGLINE,
  help: [
    "Walk with the arrow keys or W, A, S and D, or tap where you want to go. Space or E strikes, takes, reads and talks.",
    "I opens the bag, C the wardrobe, Enter speaks, 1 to 8 are emotes. Press next to a player to trade. G, or a press on the quest, walks there.",
    "Elder Oda beside the beacon knows what is wrong. Fights are easier in company.",
  ],
  lobby: "never",
  start: enterWorld,
  Play,
});
