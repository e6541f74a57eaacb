import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Client, connect, type Data, Fault, type Message } from "@achex/client";
import { startServer, type TestServer } from "../../server/test/kit/server.ts";
import { until } from "../../server/test/kit/wait.ts";
import { type JoinedInstrument, startInstrument } from "../src/index.ts";

let server: TestServer;
let supply: JoinedInstrument;
let generator: JoinedInstrument;
const operators: Client<object>[] = [];

const url = () => server.ws("/instruments");
function operator(name: string): Client<object> {
  const client = connect<object>(url(), { name });
  operators.push(client);
  return client;
}

beforeAll(async () => {
  server = await startServer();
  supply = await startInstrument("power-supply", { id: "psu-1", seed: 3, interval: 20 }, { url: url() });
  generator = await startInstrument("function-generator", { id: "gen-1" }, { url: url() });
});
afterAll(async () => {
  for (const one of operators) one.close();
  await supply[Symbol.asyncDispose]();
  await generator[Symbol.asyncDispose]();
  await server.stop();
});

/** The next message of a room that fits. */
function next(client: Client<object>, fits: (message: Message<Data>) => boolean): Promise<Message<Data>> {
  return new Promise((resolve) => {
    const off = client.on("message", (message) => {
      if (!fits(message)) return;
      off();
      resolve(message);
    });
  });
}

const codeOf = (asking: Promise<unknown>): Promise<string> =>
  asking.then(
    () => "none",
    (error) => (error instanceof Fault ? error.code : String(error)),
  );

describe("an instrument on a relay", () => {
  test("announces and describes itself", async () => {
    const ann = operator("ann");
    const hub = ann.hub("instruments");
    await hub.join({ presence: true });
    const found = hub.members.find(({ attributes }) => attributes.instrument === "psu-1");
    expect(found?.attributes).toMatchObject({
      kind: "power-supply",
      maker: "Achex",
      serial: "SIM00003",
      calibrated: expect.stringMatching(/^\d{4}-/),
    });
    const room = ann.hub("instrument-psu-1");
    await room.join({ state: true });
    expect(Object.keys(room.state.snapshot()).toSorted()).toEqual([
      "actions",
      "interval",
      "limits",
      "quantities",
      "settings",
    ]);
  });

  test("sends readings whose numbers count up", async () => {
    const ann = operator("ann");
    await ann.broadcast("readings").join();
    const [first, second] = [await next(ann, isReading), await next(ann, isReading)];
    expect(first.data).toMatchObject({ r: "psu-1", s: ["off"] });
    expect(Number(second.data.n)).toBeGreaterThan(Number(first.data.n));
    expect(Math.abs(Number(second.data.t) - ann.clock.now())).toBeLessThan(5_000);
  });

  test("changes settings by question or SCPI; everybody sees them; what is wrong is rejected with a code", async () => {
    const ann = operator("ann");
    const room = ann.hub("instrument-psu-1");
    await room.join({ state: true });
    expect(await ann.ask("psu-1", { set: { voltage: 5, output: true } })).toMatchObject({
      settings: { voltage: 5, output: true },
    });
    // The state is written before the answer.
    expect(room.state.get("settings")).toMatchObject({ voltage: 5, output: true });
    expect(await ann.ask("psu-1", { scpi: "VOLT 6;VOLT?" })).toMatchObject({
      scpi: "+6.00000E+00",
      settings: { voltage: 6 },
    });
    expect(await codeOf(ann.ask("psu-1", { set: { voltage: 31 } }))).toBe("out-of-range");
    expect(await codeOf(ann.ask("psu-1", { set: { volts: 3 } }))).toBe("bad-setting");
    expect(await codeOf(ann.ask("psu-1", { set: [] }))).toBe("bad-setting");
    expect(await codeOf(ann.ask("psu-1", { action: "__proto__" }))).toBe("bad-setting");
    expect(await codeOf(ann.ask("psu-1", { action: "clear-protection" }))).toBe("none");
  });

  test("R111, R113: the host of the control hub controls it, others do not, and control is handed over", async () => {
    const [ann, bob] = [operator("ann"), operator("bob")];
    const hubs = [ann.hub("control-psu-1"), bob.hub("control-psu-1")] as const;
    await hubs[0].join({ state: true, attributes: { operator: "Ann" } });
    await hubs[1].join({ state: true });
    expect(await codeOf(ann.ask("psu-1", { set: { voltage: 1 } }))).toBe("none");
    expect(await codeOf(bob.ask("psu-1", { set: { voltage: 2 } }))).toBe("not-in-control");
    expect(await bob.ask("psu-1", { scpi: "VOLT 2;VOLT?" })).toMatchObject({ scpi: "" });
    // Everybody reads only errors of their own.
    expect(await ann.ask("psu-1", { scpi: "SYST:ERR?" })).toMatchObject({ scpi: '0,"No error"' });
    expect(await bob.ask("psu-1", { scpi: "SYST:ERR?" })).toMatchObject({ scpi: expect.stringContaining("-203") });
    await expect(bob.ask("psu-1", { set: { voltage: 2 } })).rejects.toThrow("Ann controls this instrument.");
    await hubs[0].handOver(bob.sid);
    expect(await codeOf(bob.ask("psu-1", { set: { voltage: 2 } }))).toBe("none");
    expect(await codeOf(ann.ask("psu-1", { set: { voltage: 1 } }))).toBe("not-in-control");
  });

  test("sends waveforms while somebody watches", async () => {
    const ann = operator("ann");
    await ann.ask("gen-1", { set: { "output-1": true, "frequency-1": 2_000, points: 1_000 } });
    await ann.hub("waveform-gen-1").join();
    const { data, bytes } = await next(ann, ({ data: { dt } }) => dt !== undefined);
    expect(data).toMatchObject({ points: 1_000, state: "triggered", dt: 5e-6 });
    expect(bytes?.length).toBe(4_000);
  });

  test("repeats its last waveform for those who join while the capture is stopped", async () => {
    const [ann, bob] = [operator("ann"), operator("bob")];
    await ann.ask("gen-1", { set: { "output-1": true, run: true, "trigger-mode": "single" } });
    await ann.hub("waveform-gen-1").join();
    const single = await next(ann, ({ data }) => data.state === "single");
    const room = ann.hub("instrument-gen-1");
    await room.join({ state: true });
    await until("the capture to stop", () => JSON.stringify(room.state.get("settings")).includes(`"run":false`));
    const repeated = next(bob, ({ data }) => data.dt !== undefined);
    await bob.hub("waveform-gen-1").join();
    expect((await repeated).data).toEqual(single.data);
    await ann.ask("gen-1", { set: { run: true, "trigger-mode": "auto" } });
  });
});

const isReading = ({ data }: Message<Data>): boolean => data.r === "psu-1";
