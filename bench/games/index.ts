import { draw } from "./draw.ts";
import type { GameDriver } from "./driver.ts";
import { pong } from "./pong.ts";
import { rpg } from "./rpg.ts";

export const drivers: readonly GameDriver[] = [pong, draw, rpg];
