import type { GameDriver } from "./driver.ts";
import { pong } from "./pong.ts";

export const drivers: readonly GameDriver[] = [pong];
