import { expect, setDefaultTimeout, test } from "bun:test";
import { connect } from "@achex/client";
import { until, within } from "../../server/test/kit/wait.ts";
import { achex, start } from "./kit/achex.ts";
import { serve } from "./kit/serve.ts";

// Each test starts processes. The deadline only ends a test that hangs: a busy machine may need long for each.
setDefaultTimeout(120_000);

test("achex demo instruments: each a service with an idtag in a process of its own; SIGTERM stops them all", async () => {
  await using served = await serve();
  const address = `${served.classic}/instruments`;
  await using wall = start(["demo", "instruments", address, "--count", "2", "--data", served.data]);
  const announced = [await wall.err.next("the first", 60_000), await wall.err.next("the second", 60_000)];
  expect(announced.toSorted()).toEqual([`achex: dmm-1 is on ${address}`, `achex: psu-1 is on ${address}`]);
  const ann = connect(`ws://${address}`, { name: "ann" });
  await ann.hub("instruments").join({ presence: true });
  const { members } = ann.hub("instruments");
  expect(members.flatMap(({ attributes }) => attributes.instrument ?? []).toSorted()).toEqual(["dmm-1", "psu-1"]);
  // Under the name of the service, and under the id.
  for (const name of ["power-supply", "psu-1"])
    expect(await ann.ask(name, { scpi: "*IDN?" })).toMatchObject({ scpi: "Achex,PS-330,SIM00001,1.0" });
  ann.close();
  wall.signal("SIGTERM");
  expect((await within("the instruments to end", wall.ended, 20_000)).code).toBe(0);
  expect((await achex(["service", "list", "--data", served.data])).out).toContain("power-supply\t");
});

test("achex demo instrument: after it was killed, the next process announces and describes it again at once", async () => {
  await using served = await serve();
  const address = `${served.classic}/instruments`;
  const run = () => start(["demo", "instrument", "power-supply", address, "--id", "psu-7"]);
  const ann = connect<object>(`ws://${address}`, { name: "ann" });
  const room = ann.hub("instrument-psu-7");
  await ann.hub("instruments").join({ presence: true });
  await room.join({ state: true });
  const isDescribed = () => room.state.has("limits") && ann.hub("instruments").members.length === 2;
  await using first = run();
  await until("the first", isDescribed, 60_000);
  first.signal("SIGKILL");
  await until("its end", () => !room.state.has("limits") && ann.hub("instruments").members.length === 1);
  await using _second = run();
  await until("the second", isDescribed, 60_000);
  expect(await ann.ask("psu-7", { set: { voltage: 2 } })).toMatchObject({ settings: { voltage: 2 } });
  ann.close();
});

test("achex demo instrument: an unknown kind is rejected with the kinds there are", async () => {
  const { code, err } = await achex(["demo", "instrument", "toaster"]);
  expect(code).toBe(2);
  expect(err).toContain("power-supply, multimeter");
});
