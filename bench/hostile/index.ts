import { backlogs } from "./backlogs.ts";
import { bursts } from "./bursts.ts";
import { calls } from "./calls.ts";
import { claims } from "./claims.ts";
import { deliveries } from "./deliveries.ts";
import { departures } from "./departures.ts";
import { fileHandles } from "./file-handles.ts";
import { floods } from "./floods.ts";
import { http } from "./http.ts";
import type { HostileCase } from "./kit/types.ts";
import { logins } from "./logins.ts";
import { serverstat } from "./serverstat.ts";

export const hostileCases: readonly HostileCase[] = [
  departures,
  floods,
  bursts,
  deliveries,
  calls,
  serverstat,
  http,
  logins,
  fileHandles,
  claims,
  backlogs,
];
