import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createMultimeter } from "../src/kinds/multimeter.ts";
import { createPowerSupply } from "../src/kinds/power-supply.ts";
import { createTemperatureChamber } from "../src/kinds/temperature-chamber.ts";
import { createVacuumGauge } from "../src/kinds/vacuum-gauge.ts";
import { KINDS } from "../src/kinds.ts";

describe("every kind", () => {
  for (const [kind, { create }] of Object.entries(KINDS)) {
    test(`${kind}: reads all its quantities, finite or null, whatever the steps of time`, () => {
      const instrument = create({ id: "one", seed: 3 });
      const names = Object.keys(instrument.quantities);
      fc.assert(
        fc.property(fc.double({ min: 0, max: 5, noNaN: true }), (seconds) => {
          instrument.advance(seconds);
          const { values } = instrument.read();
          expect(Object.keys(values).toSorted()).toEqual(names.toSorted());
          for (const value of Object.values(values)) expect(value === null || Number.isFinite(value)).toBe(true);
        }),
      );
    });

    test(`${kind}: behaves the same with the same seed`, () => {
      const runs = [1, 2].map(() => {
        const instrument = create({ id: "one", seed: 5 });
        for (let step = 0; step < 50; step++) instrument.advance(0.1);
        return instrument.read();
      });
      expect(runs[0]).toEqual(runs[1]);
    });

    test(`${kind}: a change is done as a whole or not at all`, () => {
      const { settings } = create({ id: "one" });
      const before = settings.values;
      const [first] = Object.entries(settings.limits);
      const valid = first ? { [first[0]]: settings.initial[first[0]] } : {};
      expect(() => settings.change({ ...valid, nonsense: 1 })).toThrow("There is no setting");
      for (const value of [Number.NaN, "1", null, {}, 1e99, [1]])
        for (const [name, limits] of Object.entries(settings.limits))
          if (!("values" in limits)) expect(() => settings.change({ [name]: value })).toThrow(name);
      expect(settings.values).toEqual(before);
    });
  }
});

describe("power supply", () => {
  const supplyAt = (changes: Readonly<Record<string, unknown>>) => {
    const supply = createPowerSupply({ id: "psu-1", seed: 2 });
    supply.settings.change({ output: true, ...changes });
    supply.advance(1);
    return supply;
  };

  test("keeps the voltage constant, or limits the current", () => {
    const voltage = supplyAt({ voltage: 5, current: 5 }).read();
    expect(voltage.status).toEqual(["cv"]);
    expect(voltage.values.volts).toBeCloseTo(5, 2);
    const current = supplyAt({ voltage: 30, current: 0.1 }).read();
    expect(current.status).toEqual(["cc"]);
    expect(current.values.amps).toBeCloseTo(0.1, 2);
  });

  test("protection switches the output off and latches until it is cleared", () => {
    const supply = supplyAt({ voltage: 10, ovp: 8, current: 5 });
    expect(supply.read().status).toEqual(["off", "ovp"]);
    expect(() => supply.settings.change({ output: true })).toThrow("OVP has tripped");
    supply.actions["clear-protection"]?.run();
    supply.settings.change({ output: true, voltage: 5 });
    expect(supply.settings.values.output).toBe(true);
    expect(supplyAt({ voltage: 30, current: 0.1, ocp: true }).read().status).toEqual(["off", "ocp"]);
  });
});

test("temperature chamber: reaches its set point at no more than its rate, without overshooting by more than a kelvin", () => {
  const chamber = createTemperatureChamber({ id: "chamber-1", seed: 8 });
  chamber.settings.change({ temperature: 60, rate: 10, output: true });
  let most = 0;
  let doors = 0;
  for (let second = 0; second < 1_200; second++) {
    chamber.advance(1);
    const { values, status } = chamber.read();
    if (status.includes("door-open")) doors++;
    most = Math.max(most, Number(values.temperature));
    expect(Number(values.temperature)).toBeLessThan(23.5 + (10 / 60) * (second + 1));
  }
  expect(most).toBeLessThan(61);
  if (doors === 0) expect(Number(chamber.read().values.temperature)).toBeCloseTo(60, 0);
});

test("vacuum gauge: overrange at atmosphere, then pressure falls with the pump and rises without", () => {
  const gauge = createVacuumGauge({ id: "vacuum-1", seed: 4 });
  const pressure = () => Number(gauge.read().values.pressure);
  for (let second = 0; second < 90; second++) gauge.advance(1);
  const low = pressure();
  expect(low).toBeLessThan(10);
  gauge.settings.change({ pump: false });
  gauge.advance(60);
  expect(pressure()).toBeGreaterThan(low);
});

test("multimeter: only the selected quantity has a value, after it has settled", () => {
  const meter = createMultimeter({ id: "dmm-1" });
  meter.advance(1);
  expect(meter.read().values).toMatchObject({ amps: null, ohms: null });
  meter.settings.change({ function: "ohms" });
  expect(meter.read()).toEqual({ values: { volts: null, amps: null, ohms: null }, status: ["settling"] });
  meter.advance(1);
  expect(meter.read().values.ohms).toBeCloseTo(10_000, -1);
});
