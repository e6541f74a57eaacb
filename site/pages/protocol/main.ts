import { startDialects } from "./switch.ts";

startDialects();
