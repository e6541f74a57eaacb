import { afterAll, beforeAll, expect, test } from "bun:test";
import { type Client, connect } from "@achex/client/full";
import { type JoinedInstrument, startInstrument } from "@achex/instruments";
import { startServer, type TestServer } from "../../../../../packages/server/test/kit/server.ts";
import { until } from "../../../../../packages/server/test/kit/wait.ts";
import { changeSettings, runAction, runScpi, textOfFault } from "../asking.ts";
import { FollowedInstrument } from "../description.ts";
import { InstrumentDirectory } from "../directory.ts";
import { type Reading, Readings } from "../readings.ts";

let server: TestServer;
let supply: JoinedInstrument;
let page: Client<object>;
let directory: InstrumentDirectory;

beforeAll(async () => {
  server = await startServer();
  supply = await startInstrument("power-supply", { id: "psu-1", interval: 20 }, { url: server.ws("/instruments") });
  page = connect(server.ws("/instruments"), { name: "page" });
  directory = new InstrumentDirectory(page);
  await until("the supply is found", () => directory.byId("psu-1") !== undefined);
});
afterAll(async () => {
  directory.close();
  page.close();
  await supply[Symbol.asyncDispose]();
  await server.stop();
});

test("finds an instrument, follows its description, and gets readings of its session only", async () => {
  const readings: Reading[] = [];
  const ignored: string[] = [];
  const feed = new Readings(page, directory, {
    reading: (one) => readings.push(one),
    ignored: (_, reason) => ignored.push(reason),
  });
  const followed = new FollowedInstrument(page, "psu-1");
  await followed.ready;
  expect(followed.description.value).toMatchObject({ interval: 20, quantities: { volts: { unit: "V", max: 30 } } });
  const eve = connect(server.ws("/instruments"), { name: "eve" });
  await eve.broadcast("readings").send({ r: "psu-1", n: 1, t: 1, v: { volts: 999 } });
  await eve.broadcast("readings").send({ r: "psu-1", n: "1", v: 7 });
  await until("three readings and both of Eve", () => readings.length > 2 && ignored.length > 1);
  expect(readings.every(({ values }) => values.volts !== 999)).toBe(true);
  expect(readings[1]).toMatchObject({ id: "psu-1", missed: 0, status: ["off"] });
  expect(ignored[0]).toContain("not announced");
  eve.close();
  feed.close();
  followed.close();
});

test("questions: all settings come back, or a fault that has a text for people", async () => {
  const sid = directory.byId("psu-1")?.sid ?? 0;
  expect((await changeSettings(page, sid, { voltage: 5, output: true })).settings).toMatchObject({ voltage: 5 });
  expect((await runAction(page, sid, "clear-protection")).settings).toMatchObject({ voltage: 5 });
  expect(await runScpi(page, sid, "VOLT?")).toMatchObject({ scpi: "+5.00000E+00" });
  const rejected = changeSettings(page, sid, { voltage: 31 }).catch(textOfFault);
  expect(await rejected).toContain("voltage can be 0 to 30 V");
  expect(await changeSettings(page, 999_999, { voltage: 1 }).catch(textOfFault)).toBe("The instrument is offline.");
});

test("an instrument that is gone leaves at once, and its keys with it; its last description stays in the page", async () => {
  const other = await startInstrument("multimeter", { id: "dmm-1" }, { url: server.ws("/instruments") });
  await until("it is found", () => directory.byId("dmm-1") !== undefined);
  const followed = new FollowedInstrument(page, "dmm-1");
  await followed.ready;
  await other[Symbol.asyncDispose]();
  await until("it is gone", () => directory.byId("dmm-1") === undefined);
  expect(followed.description.value.quantities).toHaveProperty("ohms");
  followed.close();
});
