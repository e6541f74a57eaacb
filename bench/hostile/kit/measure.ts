// Runs one variant of an attack against one relay, and measures the bystander's latency before and during the attack.
import { fileURLToPath } from "node:url";
import { asObserver, onLoadCore } from "../../lib/cores.ts";
import { cpuSecondsOf } from "../../lib/started.ts";
import { type Helper, startHelper } from "./helper.ts";
import { type RunningRelay, rssOf, withRelay } from "./relay.ts";
import type { Facts, HostileCase, Observation, Target, Variant } from "./types.ts";

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** Before measuring, so that the relay's code is compiled and garbage from the preparation is collected. */
const WARM_UP_MS = 1_500;
const QUIET_MS = 3_000;
const DEFAULT_SECONDS = 5;
const PREPARE_LIMIT_MS = 120_000;
const REPORT_LIMIT_MS = 90_000;
const SAMPLE_MS = 20;
/** The bystander's password, if the relay uses accounts. */
const BYSTANDER_PASSWORD = "by-the-way";

export interface Result {
  readonly case: string;
  readonly variant: string;
  readonly title: string;
  readonly seconds: number;
  readonly quiet: Observation | null;
  readonly attack: Observation | null;
  /** Resident memory in MB: at the start of the attack, at its peak, and when the bystander's messages had arrived. */
  readonly rss: { readonly before: number; readonly peak: number; readonly after: number };
  /** Share of one core that the relay used until the bystander's messages had arrived. */
  readonly relayCore: number;
  readonly logLines: number;
  readonly facts: Facts;
  readonly failure: string | null;
}

const now = (): number => performance.timeOrigin + performance.now();

async function observe(bystander: Helper, from: number, to: number): Promise<Observation> {
  bystander.writeLine(`${from} ${to}`);
  return JSON.parse(await bystander.nextLine(to - now() + REPORT_LIMIT_MS));
}

/** Samples resident memory until stopped. */
function watchRss(pid: number): () => Result["rss"] {
  const before = rssOf(pid);
  let peak = before;
  const sampler = setInterval(() => {
    peak = Math.max(peak, rssOf(pid));
  }, SAMPLE_MS);
  return () => {
    clearInterval(sampler);
    return { before, peak, after: rssOf(pid) };
  };
}

const withBystander = (variant: Variant): Variant =>
  variant.users
    ? { ...variant, users: { ...variant.users, sender: BYSTANDER_PASSWORD, receiver: BYSTANDER_PASSWORD } }
    : variant;

async function run(relay: RunningRelay, name: string, seconds: number, password: string) {
  const target: Target = { port: relay.port, pid: relay.pid, data: relay.data, achex: relay.achex };
  const attacker = startHelper(
    onLoadCore([process.execPath, here("attacker.ts"), name, String(seconds), JSON.stringify(target)]),
  );
  await attacker.nextLine(PREPARE_LIMIT_MS);
  const bystander = startHelper(asObserver([process.execPath, here("bystander.ts"), String(relay.port), password]));
  try {
    await bystander.nextLine(PREPARE_LIMIT_MS);
    await Bun.sleep(WARM_UP_MS + QUIET_MS);
    const quietEnd = now();
    const quiet = await observe(bystander, quietEnd - QUIET_MS, quietEnd);
    const stopRss = watchRss(relay.pid);
    const cpu = cpuSecondsOf(relay.pid);
    const start = now();
    attacker.writeLine("go");
    const observed = observe(bystander, start, start + seconds * 1_000);
    observed.catch(() => {});
    const facts: Facts = JSON.parse(await attacker.nextLine(seconds * 1_000 + REPORT_LIMIT_MS));
    const attack = await observed;
    const relayCore = (cpuSecondsOf(relay.pid) - cpu) / ((now() - start) / 1_000);
    return { quiet, attack, rss: stopRss(), relayCore: Math.max(0, Math.round(relayCore * 100) / 100), facts };
  } finally {
    await Promise.all([attacker.end(), bystander.end()]);
  }
}

export async function measure(checkout: string, hostile: HostileCase, variant: Variant): Promise<Result> {
  const seconds = variant.seconds ?? DEFAULT_SECONDS;
  const base = { case: hostile.id, variant: variant.id, title: variant.title, seconds };
  const password = variant.users ? BYSTANDER_PASSWORD : "";
  try {
    return await withRelay(checkout, withBystander(variant), async (relay) => {
      const measured = await run(relay, `${hostile.id}/${variant.id}`, seconds, password);
      return { ...base, ...measured, logLines: relay.logLines(), failure: null };
    });
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    const rss = { before: 0, peak: 0, after: 0 };
    return { ...base, quiet: null, attack: null, rss, relayCore: 0, logLines: 0, facts: {}, failure };
  }
}
