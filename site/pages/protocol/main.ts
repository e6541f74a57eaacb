import { startDialects } from "./dialect-switch.ts";
import { startDiagrams } from "./step-player.ts";

startDiagrams();
startDialects();
