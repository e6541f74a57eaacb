import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createFunctionGenerator } from "../../../../packages/instruments/src/kinds/function-generator.ts";
import { describedBy } from "../../shared/instruments/description.ts";
import type { Description } from "../../shared/instruments/wire.ts";
import { misfitOf } from "../rules/fits.ts";
import { hasParameter, outputOf, PARAMETERS, type Parameter, rangeOf } from "../rules/generator.ts";
import { pathOf } from "../rules/picture.ts";
import { entryOf, readoutOf, textOfValue } from "../rules/readout.ts";
import {
  isLogarithmic,
  nearest,
  otherDigit,
  positionOf,
  stepped,
  turnOf,
  usualDigit,
  valueAfterKey,
  valueAt,
} from "../rules/scale.ts";
import { examplesFor, typedForm } from "../rules/scpi-help.ts";

const volts = { title: "Voltage", unit: "V", min: 0, max: 30, step: 0.001 };
const hertz = { title: "Frequency", unit: "Hz", min: 0.001, max: 25e6, step: 1e-6 };

const key = (name: string, shiftKey = false) => ({ key: name, shiftKey });

describe("knob", () => {
  test("160 px are its whole range, with Shift a tenth of it; a logarithmic one has two decades in 160 px", () => {
    expect(turnOf(volts, 160, false)).toBe(1);
    expect(turnOf(volts, -80, true)).toBe(-0.05);
    expect(isLogarithmic(hertz)).toBe(true);
    const from = positionOf(hertz, 100);
    expect(valueAt(hertz, from + turnOf(hertz, 160, false))).toBe(10_000);
    expect(valueAt(hertz, from + turnOf(hertz, 16, true), true)).toBe(104.71);
  });

  test("values are multiples of the step within the limits, and both ends can be reached", () => {
    expect(nearest(volts, 3.30049)).toBe(3.3);
    expect(nearest({ ...volts, max: 29.9995 }, 100)).toBe(29.9995);
    expect([valueAt(hertz, 0), valueAt(hertz, 1)]).toEqual([0.001, 25e6]);
    const range = fc
      .tuple(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: 1, max: 5000 }), fc.constantFrom(1, 0.1, 0.001))
      .map(([min, width, step]) => ({ min, max: min + width, step }));
    fc.assert(
      fc.property(range, fc.double({ min: -1, max: 2, noNaN: true }), (one, at) => {
        const value = valueAt(one, at);
        expect(value).toBeGreaterThanOrEqual(one.min);
        expect(value).toBeLessThanOrEqual(one.max);
        expect(Math.abs(value / one.step - Math.round(value / one.step))).toBeLessThan(1e-6);
        expect(Math.abs(positionOf(one, value) - Math.max(0, Math.min(1, at)))).toBeLessThanOrEqual(
          one.step / (one.max - one.min) / 2 + 1e-9,
        );
      }),
    );
  });

  test("arrows change the digit, with Shift the next one, Page keys ten times as much, Home and End go to the ends", () => {
    const digit = usualDigit(volts, 3.3);
    expect(digit).toBe(0.1);
    const after = (name: string, shift = false) => valueAfterKey(volts, 3.3, key(name, shift), digit);
    expect(after("ArrowUp")).toBe(3.4);
    expect(after("ArrowLeft")).toBe(3.2);
    expect(after("ArrowRight", true)).toBe(3.31);
    expect(after("PageDown")).toBe(2.3);
    expect([after("Home"), after("End"), after("a")]).toEqual([0, 30, undefined]);
    // At an end, nothing turns over.
    expect(stepped(volts, 29.95, 1, 1)).toBe(30);
    expect(usualDigit(hertz, 1_500)).toBe(100);
  });

  test("the digit moves from the step to the largest that the range has", () => {
    const digits = [10, 0.1].map((factor) => {
      let digit = 0.1;
      for (let count = 0; count < 20; count++) digit = otherDigit(volts, digit, factor === 10 ? 10 : 0.1);
      return digit;
    });
    expect(digits).toEqual([10, 0.001]);
  });
});

describe("readout and number entry", () => {
  test("a readout has all decimals of its step, and marks the digit that arrows change", () => {
    expect(readoutOf(volts, 12.5, 0.1)).toEqual({ before: "12.", digit: "5", after: "00", unit: "V" });
    expect(readoutOf(volts, 2, 10)).toEqual({ before: "2.000", digit: "", after: "", unit: "V" });
    expect(readoutOf(hertz, 1_500, 100)).toEqual({ before: "1.", digit: "5", after: "0000", unit: "kHz" });
    expect(textOfValue({ ...volts, min: -10 }, -0.0001)).toBe("0.000 V");
    expect(textOfValue({ ...volts, min: -10 }, -2.5)).toBe("−2.500 V");
  });

  test("numbers are typed with or without unit and prefix; others get a reason", () => {
    const values = ["250m", "3.3", "3,3 V", "max", "1e1"].map((text) => entryOf(volts, text));
    expect(values).toEqual([{ value: 0.25 }, { value: 3.3 }, { value: 3.3 }, { value: 30 }, { value: 10 }]);
    expect(entryOf(hertz, "1.2 kHz")).toEqual({ value: 1_200 });
    for (const text of ["", "five", "3 A", "1e999", "__proto__"])
      expect(entryOf(volts, text)).toHaveProperty("problem");
    expect(entryOf(volts, "99")).toEqual({ problem: "Voltage: 0.000 V to 30.00 V, not 99.00 V." });
  });
});

describe("function generator", () => {
  const generator = createFunctionGenerator({ id: "gen-1" });
  const describedWith = (changes: Record<string, unknown>): Description => {
    generator.settings.reset();
    generator.settings.change(changes);
    const state = { limits: generator.settings.limits, settings: generator.settings.values, quantities: {} };
    return describedBy(state).description;
  };
  const settingsOf = (description: Description) => description.settings ?? {};

  test("amplitude and offset share the output; what the knob allows, the instrument accepts", () => {
    const volt = fc.integer({ min: 0, max: 50_000 }).map((tenths) => tenths / 10_000);
    fc.assert(
      fc.property(volt, volt, fc.boolean(), fc.boolean(), (high, low, isOpen, isNegative) => {
        const amplitude = Math.max(0.001, high);
        const dc = (Math.floor(Math.min(low, 5 - amplitude / 2) * 10_000) / 10_000) * (isNegative ? -1 : 1);
        const description = describedWith({
          ...{ "load-1": isOpen ? "open" : "50", "amplitude-1": amplitude, "dc-1": dc },
        });
        for (const parameter of ["amplitude", "dc"] as const) {
          const range = rangeOf(description, settingsOf(description), parameter, 1);
          if (!range) throw new Error("a range");
          for (const end of [range.min, range.max]) generator.settings.change({ [`${parameter}-1`]: end });
          generator.settings.change(settingsOf(description));
        }
      }),
      { numRuns: 200 },
    );
  });

  test("a change of the load doubles what is shown, and the picture stays as it is", () => {
    const before = describedWith({ "amplitude-1": 4, "dc-1": 1 });
    const drawn = (description: Description) => {
      const output = outputOf(description, settingsOf(description), 1);
      return output && pathOf(output, 100, 100);
    };
    const picture = drawn(before);
    generator.settings.change({ "load-1": "open" });
    const after = { ...before, settings: generator.settings.values };
    expect(after.settings).toMatchObject({ "amplitude-1": 8, "dc-1": 2 });
    expect(drawn(after)).toBe(picture);
  });

  test("every picture stays within the range of the output; there is none for settings that cannot be", () => {
    const description = describedWith({ "amplitude-1": 6, "dc-1": 2 });
    for (const shape of ["sine", "square", "triangle", "ramp", "pulse", "noise", "dc"] as const) {
      const output = outputOf(description, { ...settingsOf(description), "shape-1": shape }, 1);
      const numbers = (output ? pathOf(output, 100, 100) : "-1").match(/-?[\d.]+/g)?.map(Number) ?? [];
      expect(numbers.length).toBeGreaterThan(100);
      expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...numbers)).toBeLessThanOrEqual(100);
    }
    for (const lie of [
      { "amplitude-1": 60 },
      { "shape-1": "cube" },
      { "frequency-1": -1 },
      { "duty-1": 400 },
      { "dc-1": "5" },
    ])
      expect(outputOf(description, { ...settingsOf(description), ...lie }, 1)).toBeUndefined();
  });

  test("a shape has only its own parameters", () => {
    const of = (shape: Parameters<typeof hasParameter>[0]): Parameter[] =>
      PARAMETERS.filter((one) => hasParameter(shape, one));
    expect(of("sine")).toEqual(["frequency", "amplitude", "dc", "phase"]);
    expect(of("square")).toEqual([...PARAMETERS]);
    expect(of("noise")).toEqual(["amplitude", "dc"]);
    expect(of("dc")).toEqual(["dc"]);
  });

  test("its front panel fits the simulated one, and does not fit other units", () => {
    const description = describedWith({});
    expect(misfitOf("function-generator", description)).toBeUndefined();
    const limits = { ...description.limits, "frequency-1": { title: "f", unit: "kHz", min: 0, max: 1, step: 1 } };
    expect(misfitOf("function-generator", { ...description, limits })).toBe("its setting frequency-1 is not in Hz");
    expect(misfitOf("__proto__", description)).toBe("there is no front panel for it");
    expect(misfitOf("power-supply", description)).toBe("it has no setting voltage");
  });
});

test("a header as it is typed, and examples for any kind", () => {
  for (const kind of ["power-supply", "toaster", "__proto__", "constructor"])
    expect(examplesFor(kind)).toContain("*IDN?");
  expect(["[SOURce:]VOLTage[:LEVel]", "*IDN?", "MEASure[:SCALar]:CURRent[:DC]?"].map(typedForm)).toEqual([
    "VOLT",
    "*IDN?",
    "MEAS:CURR?",
  ]);
});
