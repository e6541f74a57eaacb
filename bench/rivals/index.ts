import type { Rival } from "../lib/types.ts";
import { bunPlain } from "./bun-plain.ts";
import { floor } from "./floor.ts";
import { nats } from "./nats.ts";
import { nchan } from "./nchan.ts";
import { ours } from "./ours.ts";
import { socketio } from "./socketio.ts";
import { ws } from "./ws.ts";

export const rivals: readonly Rival[] = [ours, floor, bunPlain, ws, socketio, nats, nchan];
