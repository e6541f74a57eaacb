import { startScenes } from "./player.ts";
import { startDialects } from "./switch.ts";

startScenes();
startDialects();
