import type { Workload } from "../lib/types.ts";
import { acks } from "./acks.ts";
import { fanout } from "./fanout.ts";
import { idle } from "./idle.ts";
import { pairs } from "./pairs.ts";
import { rooms } from "./rooms.ts";
import { storm } from "./storm.ts";

export const workloads: readonly Workload[] = [fanout, pairs, rooms, idle, storm, acks];
