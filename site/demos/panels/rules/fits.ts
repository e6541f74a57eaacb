import type { Description } from "../../shared/instruments/wire.ts";

/** Units that a front panel relies on. With others, its digits would be wrong by a power of ten, or worse. */
interface Expected {
  readonly settings: Readonly<Record<string, string | readonly unknown[]>>;
  readonly quantities: Readonly<Record<string, string>>;
}

const SWITCH = [false, true];

const SUPPLY: Expected = {
  settings: { voltage: "V", current: "A", ovp: "V", output: SWITCH, ocp: SWITCH },
  quantities: { volts: "V", amps: "A", watts: "W" },
};

const GENERATOR: Expected = {
  settings: Object.fromEntries(
    [1, 2].flatMap((n) => [
      [`frequency-${n}`, "Hz"],
      [`amplitude-${n}`, "Vpp"],
      [`dc-${n}`, "V"],
      [`duty-${n}`, "%"],
      [`phase-${n}`, "°"],
      [`output-${n}`, SWITCH],
      [`load-${n}`, ["50", "open"]],
    ]),
  ),
  quantities: {},
};

const FRONT_PANELS: Readonly<Record<string, Expected>> = { "power-supply": SUPPLY, "function-generator": GENERATOR };

/** Whether a kind has a front panel of its own. */
export const hasFrontPanel = (kind: string): boolean => Object.hasOwn(FRONT_PANELS, kind);

/** Why the front panel of that kind does not fit what an instrument describes; undefined if it does. */
export function misfitOf(kind: string, { limits = {}, quantities = {} }: Description): string | undefined {
  const expected = hasFrontPanel(kind) ? FRONT_PANELS[kind] : undefined;
  if (!expected) return "there is no front panel for it";
  for (const [name, wanted] of Object.entries(expected.settings)) {
    const found = Object.hasOwn(limits, name) ? limits[name] : undefined;
    if (!found) return `it has no setting ${name}`;
    if (typeof wanted !== "string") {
      const isSame = "values" in found && wanted.every((one) => found.values.some((value) => value === one));
      if (!isSame) return `its setting ${name} has other values`;
    } else if (!("unit" in found) || found.unit !== wanted) return `its setting ${name} is not in ${wanted}`;
  }
  for (const [name, unit] of Object.entries(expected.quantities)) {
    const found = Object.hasOwn(quantities, name) ? quantities[name] : undefined;
    if (found?.unit !== unit) return found ? `it measures ${name} not in ${unit}` : `it does not measure ${name}`;
  }
  return undefined;
}
