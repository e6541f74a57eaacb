import { draw } from "./draw.ts";
import type { GameDriver } from "./driver.ts";
import { pong } from "./pong.ts";
import { risk } from "./risk.ts";
import { rpg } from "./rpg.ts";

export const drivers: readonly GameDriver[] = [draw, pong, risk, rpg];
