import type { Question } from "../lib/types.ts";
import { acks } from "./acks.ts";
import { fanout } from "./fanout.ts";
import { idle } from "./idle.ts";
import { pairs } from "./pairs.ts";
import { rooms } from "./rooms.ts";
import { storm } from "./storm.ts";

export const questions: readonly Question[] = [fanout, pairs, rooms, idle, storm, acks];
