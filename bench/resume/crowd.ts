// A crowd that drops at once: the time until all are back, and the relay's memory before and after.
import { fileURLToPath } from "node:url";
import { isJsonObject } from "@achex/protocol";
import { rssOf } from "../hostile/kit/relay.ts";
import { onLoadCore } from "../lib/cores.ts";
import { Lines } from "../lib/lines.ts";
import { launch, stopProcess } from "../lib/processes.ts";
import { withServer } from "../lib/server.ts";
import { cpuSecondsOf } from "../lib/started.ts";
import { ours } from "../rivals/ours.ts";
import type { CrowdOptions } from "./crowd-load.ts";

export type CrowdWork = Omit<CrowdOptions, "port" | "instance">;

export interface CrowdResult extends CrowdWork {
  readonly secondsToEnter: number;
  /** From the first new connection until all have received what they missed. */
  readonly secondsToReturn: number;
  /** CPU seconds of the relay meanwhile. */
  readonly cpuSecondsToReturn: number;
  /** Receivers that were away, as the sender was told. */
  readonly held: number;
  /** Messages received after the return. */
  readonly messages: number;
  /** Bytes of the relay's memory per client: connected, then dropped, then with its messages held. */
  readonly memory: { readonly idle: number; readonly dropped: number; readonly holding: number };
}

const STEP_LIMIT_MS = 180_000;
/** Longer than the relay needs to close ten thousand connections and to collect garbage. */
const SETTLE_MS = 4_000;
/** These connect and leave first, so that what a relay allocates once is not counted per client. */
const WARM_UP = 200;

const loadOf = fileURLToPath(new URL("crowd-load.ts", import.meta.url));

async function steps(options: CrowdOptions, after: (step: number) => Promise<void>): Promise<Record<string, number>> {
  const child = launch(onLoadCore([process.execPath, loadOf, JSON.stringify(options)]), "pipe");
  const facts: Record<string, number> = {};
  try {
    const lines = new Lines(child);
    for (let step = 0; step < 4; step++) {
      const value: unknown = JSON.parse(await lines.next(STEP_LIMIT_MS));
      if (isJsonObject(value)) for (const [key, fact] of Object.entries(value)) facts[key] = Number(fact);
      await after(step);
      child.stdin?.write("go\n");
    }
  } finally {
    await stopProcess(child);
  }
  return facts;
}

export const measureCrowd = (work: CrowdWork): Promise<CrowdResult> =>
  withServer(ours, async ({ port, pid }) => {
    await steps({ ...work, port, instance: "warm-up", clients: WARM_UP }, async () => {});
    await Bun.sleep(SETTLE_MS);
    const rss: number[] = [rssOf(pid)];
    const cpu: number[] = [];
    const facts = await steps({ ...work, port, instance: "crowd" }, async (step) => {
      cpu.push(cpuSecondsOf(pid));
      if (step === 3) return;
      await Bun.sleep(SETTLE_MS);
      rss.push(rssOf(pid));
      cpu[step] = cpuSecondsOf(pid);
    });
    const perClient = (step: number): number => Math.round((((rss[step] ?? 0) - (rss[0] ?? 0)) * 1e6) / work.clients);
    const seconds = (value: number | undefined): number => Math.round((value ?? 0) * 100) / 100;
    return {
      ...work,
      secondsToEnter: seconds(facts.secondsToEnter),
      secondsToReturn: seconds(facts.secondsToReturn),
      cpuSecondsToReturn: seconds((cpu[3] ?? 0) - (cpu[2] ?? 0)),
      held: facts.held ?? 0,
      messages: facts.messages ?? 0,
      memory: { idle: perClient(1), dropped: perClient(2), holding: perClient(3) },
    };
  });
