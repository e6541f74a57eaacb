import { expect, test } from "bun:test";
import { formatAge, formatReading, formatText, NO_VALUE, parseTyped } from "../format.ts";

test("a value has the digits asked for and the prefix that fits it", () => {
  const table: readonly (readonly [number, string, number, string])[] = [
    [0.00332, "V", 3, "3.32 mV"],
    [999.96, "V", 4, "1.000 kV"],
    [-0.5, "A", 3, "−500 mA"],
    [2e-4, "Pa", 3, "200 µPa"],
    [0, "V", 3, "0.00 V"],
    [-0.0000000001, "%", 3, "−1.00e-10 %"],
    [1234.5, "°C", 5, "1234.5 °C"],
    [0.02, "L/min", 2, "0.020 L/min"],
    [12, "", 2, "12"],
    [Number.POSITIVE_INFINITY, "V", 3, "∞ V"],
  ];
  for (const [value, unit, digits, text] of table) expect(formatText(value, unit, digits)).toBe(text);
});

test("prefix and decimals of a reading come from its scale, so that digits keep their places", () => {
  const volts = { unit: "V", digits: 5, min: 0, max: 30 };
  expect(formatReading(3.3, volts)).toEqual({ digits: "3.300", unit: "V" });
  expect(formatReading(0.0004, volts)).toEqual({ digits: "0.000", unit: "V" });
  // Noise around zero does not make the sign flicker.
  expect(formatReading(-0.0004, volts).digits).toBe("0.000");
  expect(formatReading(-12.5, volts).digits).toBe("−12.500");
  const loop = { unit: "A", digits: 7, min: 0, max: 0.02 };
  expect(formatReading(0.012, loop)).toEqual({ digits: "12.00000", unit: "mA" });
  expect(formatReading(null, loop)).toEqual({ digits: NO_VALUE, unit: "mA" });
  expect(formatReading(1e300, volts).digits).toBe("1.0000e+300");
  const vacuum = { unit: "Pa", digits: 3, min: 1e-4, max: 1e5, log: true };
  expect(formatReading(2.34e-4, vacuum)).toEqual({ digits: "234", unit: "µPa" });
});

test("what people type: prefixes, units, a decimal comma; nothing else", () => {
  const table: readonly (readonly [string, string, number | undefined])[] = [
    ["250m", "V", 0.25],
    ["3,3", "V", 3.3],
    ["3.3 V", "V", 3.3],
    ["1.2kHz", "Hz", 1200],
    ["5M", "Hz", 5e6],
    ["5m", "Hz", 0.005],
    ["-5e-3", "V", -0.005],
    ["−12", "°C", -12],
    ["2 k", "°C", undefined],
    ["3 A", "V", undefined],
    ["", "V", undefined],
    ["abc", "V", undefined],
    ["1;DROP", "V", undefined],
  ];
  for (const [typed, unit, value] of table) expect(parseTyped(typed, unit)).toBe(value);
});

test("ages", () => {
  expect([420, 12_300, 150_000, 5 * 3_600_000, 80 * 3_600_000, -5].map(formatAge)).toEqual([
    "0.4 s",
    "12 s",
    "2 min",
    "5 h",
    "3 d",
    "0.0 s",
  ]);
});
