import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { RESUME_MARKER } from "@achex/protocol";
import type { Page } from "playwright-core";
import {
  type Options,
  optionsText,
  type Vector,
  vectorFiles,
  vectorServices,
} from "../../../packages/server/test/conformance/vectors.ts";
import { storeAccount } from "../../../packages/server/test/kit/accounts.ts";
import type { FrameStatus } from "../../pages/test/model/frame-status.ts";
import { createBrowser, type TestPage } from "../kit/browser.ts";
import { startRelay, type TestRelay } from "../kit/relay.ts";
import { installDriver } from "./kit/page.ts";
import type { Played, Servers } from "./kit/vector-player.ts";

const browser = createBrowser();
/** One relay for each set of options; the page comes from the one with the defaults. */
const relays = new Map<string, TestRelay>();
let relay: TestRelay;
let tab: TestPage;

async function relayWith(options: Options = {}): Promise<TestRelay> {
  const key = optionsText(options);
  const started = relays.get(key);
  if (started) return started;
  const fresh = startRelay(options);
  relays.set(key, fresh);
  for (const { name, passwd, delivery } of vectorServices())
    await storeAccount(fresh.data, "service", name, passwd, delivery);
  return fresh;
}

/**
 * Rows of the log are made but not laid out or painted: 5,000 frames are compared by what the page knows of them, and drawing them takes
 * half of the time. How they look is tested elsewhere.
 */
const leaveRowsUnpainted = (): void => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(".log { content-visibility: hidden }");
  document.adoptedStyleSheets.push(sheet);
};

async function prepare(page: Page): Promise<void> {
  await installDriver(page);
  await page.evaluate(leaveRowsUnpainted);
}

beforeAll(async () => {
  relay = await relayWith();
  tab = await browser.open(relay.http("/test"), { viewport: { width: 1000, height: 500 } });
  await prepare(tab.page);
});
afterAll(async () => {
  await tab[Symbol.asyncDispose]();
  for (const one of relays.values()) await one[Symbol.asyncDispose]();
});

/** A page cannot set its Origin header, and its clients neither drop a connection nor resume one. */
const playable = ({ clients, steps }: Vector) =>
  Object.values(clients).every(
    ({ origin, protocol = "" }) => origin === undefined && !protocol.includes(RESUME_MARKER),
  ) && steps.every((step) => !("drop" in step));

test("all files and conversations are included, except those that need another Origin than the page's or a resume", () => {
  const folder = join(import.meta.dir, "../../../vectors");
  const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
  expect(vectorFiles.map(({ name }) => name)).toEqual(files.toSorted());
  expect(files.filter((name) => name.startsWith("achex2-")).length).toBeGreaterThan(4);
  const all = vectorFiles.flatMap(({ cases }) => cases);
  const left = all.filter((vector) => !playable(vector));
  expect(left.map(({ id }) => id).filter((id) => !/^R7\d|^R8\d/.test(id))).toEqual(["D5-origin"]);
});

/** Frames that the server has not acted on since it started, by code: dropped, refused with a fault, refused logins. */
async function refusals(server: TestRelay): Promise<Record<"drops" | "faults" | "logins", Map<string, number>>> {
  const text = await (await fetch(server.http("/metrics"))).text();
  const tally = (name: string) =>
    new Map(
      Array.from(text.matchAll(new RegExp(`^${name}\\{\\w+="([^"]+)"\\} (\\d+)$`, "gm")), ([, code = "", count]) => [
        code,
        Number(count),
      ]),
    );
  return {
    drops: tally("achex_dropped_frames_total"),
    faults: tally("achex_faults_total"),
    logins: tally("achex_logins_total"),
  };
}

const increase = (before: Map<string, number>, after: Map<string, number>): Map<string, number> =>
  new Map(
    [...after].flatMap(([code, count]) => {
      const more = count - (before.get(code) ?? 0);
      return more === 0 || code === "granted" ? [] : [[code, more]];
    }),
  );

const sum = (tallies: readonly Map<string, number>[]): Record<string, number> => {
  const total: Record<string, number> = {};
  for (const tally of tallies) for (const [code, count] of tally) total[code] = (total[code] ?? 0) + count;
  return total;
};

/** How often the page shows each code. */
const shownCodes = (statuses: readonly FrameStatus[]): Map<string, number> => {
  const codes = statuses.flatMap((status) =>
    status.kind === "dropped" || status.kind === "refused" ? status.code : [],
  );
  return new Map(codes.map((code) => [code, codes.filter((one) => one === code).length]));
};

/** Conversations whose every frame was reported. */
let compared = 0;

type Tallies = Awaited<ReturnType<typeof refusals>>;

/** Compares what the page shows with what the server counted while it was alone on the server. */
function expectCounted(
  { achex2, legacy, messages }: Played,
  before: Tallies,
  after: Tallies,
  { id, steps }: Vector,
): void {
  const [drops, faults, logins] = [
    increase(before.drops, after.drops),
    increase(before.faults, after.faults),
    increase(before.logins, after.logins),
  ];
  // A refused login is a fault in achex.2, and counted as a login in all dialects.
  const counted = achex2.length === 0 ? [drops, logins] : legacy.length === 0 ? [faults] : [drops, faults];
  const unreported = [...achex2, ...legacy].filter(({ kind }) => kind === "unknown");
  // The connection ended before the report of a frame sent last.
  if (unreported.length > 0) return;
  compared++;
  const shown = sum([shownCodes(achex2), shownCodes(legacy)]);
  expect({ id, ...shown }).toEqual({ id, ...sum(counted) });
  const taken = [...achex2, ...legacy].reduce((all, one) => all + (one.kind === "delivered" ? one.taken : 0), 0);
  // A message that was stored is received again by those who join, and one that is repeated is not received.
  const isCountedOnce = !/\$since|\$id|\$inbox/.test(JSON.stringify(steps));
  if (isCountedOnce) expect({ id, messages }).toEqual({ id, messages: taken });
}

/** Plays one vector. After a failure the page is reloaded: its clients would be in the way of the next one. */
async function play(servers: Servers, vector: Vector): Promise<Played> {
  try {
    return await tab.page.evaluate((one) => window.tester.play(one.servers, one.vector), { servers, vector });
  } catch (error) {
    await tab.page.reload();
    await prepare(tab.page);
    throw error;
  }
}

describe("the test page sends every vector, shows what comes back, and what became of each frame as the server counts it", () => {
  for (const { name, cases } of vectorFiles) {
    const chosen = cases.filter(playable);
    test(`${name}: ${chosen.length} conversations`, async () => {
      for (const vector of chosen) {
        const server = await relayWith(vector.options);
        const servers = { main: `127.0.0.1:${server.port}`, cloud: `127.0.0.1:${server.cloudPort}` };
        const before = await refusals(server);
        const played = await play(servers, vector);
        // Vectors about reports show them as frames instead.
        if (name !== "reports.json") expectCounted(played, before, await refusals(server), vector);
      }
      expect(tab.errors.filter((error) => !error.includes("WebSocket connection to"))).toEqual([]);
    });
  }

  test("in nearly all conversations every frame is reported", () => {
    const played = vectorFiles.flatMap(({ cases }) => cases.filter(playable)).length;
    expect(compared).toBeGreaterThan(0.9 * played);
  });
});
