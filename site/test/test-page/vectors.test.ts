import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import {
  type Options,
  optionsText,
  type Vector,
  vectorFiles,
  vectorServices,
} from "../../../packages/server/test/conformance/vectors.ts";
import { storeAccount } from "../../../packages/server/test/kit/accounts.ts";
import { createBrowser, type TestPage } from "../kit/browser.ts";
import { startRelay, type TestRelay } from "../kit/relay.ts";
import { installDriver } from "./kit/page.ts";

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

beforeAll(async () => {
  relay = await relayWith();
  tab = await browser.open(relay.http("/test"), { viewport: { width: 1000, height: 500 } });
  await installDriver(tab.page);
});
afterAll(async () => {
  await tab[Symbol.asyncDispose]();
  for (const one of relays.values()) await one[Symbol.asyncDispose]();
});

/** A page cannot set its Origin header. */
const playable = ({ clients }: Vector) => Object.values(clients).every(({ origin }) => origin === undefined);

test("no file and no conversation is left out, but those that need another Origin than the page's", () => {
  const folder = join(import.meta.dir, "../../../vectors");
  const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
  expect(vectorFiles.map(({ name }) => name)).toEqual(files.toSorted());
  expect(files.filter((name) => name.startsWith("achex2-")).length).toBeGreaterThan(4);
  const all = vectorFiles.flatMap(({ cases }) => cases);
  const left = all.filter((vector) => !playable(vector));
  expect(left.map(({ id }) => id)).toEqual(["D5-origin"]);
});

describe("the test page sends every vector, and shows what comes back", () => {
  for (const { name, cases } of vectorFiles) {
    const chosen = cases.filter(playable);
    test(`${name}: ${chosen.length} conversations`, async () => {
      for (const vector of chosen) {
        const { port, cloudPort } = await relayWith(vector.options);
        const servers = { main: `127.0.0.1:${port}`, cloud: `127.0.0.1:${cloudPort}` };
        await tab.page.evaluate((one) => window.tester.play(one.servers, one.vector), { servers, vector });
      }
      expect(tab.errors.filter((error) => !error.includes("WebSocket connection to"))).toEqual([]);
    });
  }
});
