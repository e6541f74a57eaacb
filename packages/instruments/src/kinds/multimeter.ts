import { describe, type Instrument, type Making } from "../model.ts";
import { choiceAction, measurement } from "../scpi/bind.ts";
import { Settings } from "../settings.ts";
import { Random } from "../signals/random.ts";

/** What is connected to it: a reference of 5 V, a loop of 12 mA and a resistor of 10 kΩ, each with a relative drift and noise. */
const SOURCES = {
  volts: { value: 5, noise: 2e-6 },
  amps: { value: 0.012, noise: 1e-5 },
  ohms: { value: 10_000, noise: 5e-6 },
} as const;
type Measured = keyof typeof SOURCES;
const isMeasured = (name: string): name is Measured => Object.hasOwn(SOURCES, name);

const WORDS: Readonly<Record<Measured, string>> = { volts: "VOLTage", amps: "CURRent", ohms: "RESistance" };
/** Relative change per root second, pulled back to 0 within this many seconds. */
const DRIFT = 3e-5;
const RETURN = 300;
/** An open lead now and then: per second, and how long, s. */
const OPEN = { perSecond: 1 / 400, seconds: 2 };
/** Readings of the same quantity in one second average this well. */
const SETTLING = 0.2;

/** A multimeter of 6½ digits that measures voltage, current or resistance. */
export function createMultimeter(making: Making): Instrument {
  const { seed = 1, interval = 100, changed = () => {} } = making;
  const random = new Random(seed);
  const settings = new Settings(
    { function: { title: "Function", values: ["volts", "amps", "ohms"], initial: "volts" } },
    {
      changed: () => {
        settling = SETTLING;
        changed();
      },
    },
  );
  let drift = 0;
  let openFor = 0;
  let settling = 0;

  const measure = (name: Measured): number | null => {
    const { value, noise } = SOURCES[name];
    // Without a connection the resistance is infinite, and voltage and current are zero.
    if (openFor > 0) return name === "ohms" ? null : value * noise * random.normal();
    return value * (1 + drift + noise * random.normal());
  };
  const reading = (): number | null => {
    const name = settings.text("function");
    return isMeasured(name) ? measure(name) : null;
  };
  return {
    description: describe("multimeter", "MM-650", "Multimeter", making),
    settings,
    interval,
    quantities: {
      volts: { title: "Voltage", unit: "V", digits: 7, min: 0, max: 10, low: 4.99, high: 5.01 },
      amps: { title: "Current", unit: "A", digits: 7, min: 0, max: 0.02 },
      ohms: { title: "Resistance", unit: "Ω", digits: 7, min: 0, max: 20_000 },
    },
    actions: {},
    scpi: [
      choiceAction(settings, "[SENSe:]FUNCtion", "function", WORDS),
      measurement("READ", "The quantity that is selected", reading),
      measurement("MEASure:VOLTage[:DC]", "Measured voltage, V", () => measure("volts")),
      measurement("MEASure:CURRent[:DC]", "Measured current, A", () => measure("amps")),
      measurement("MEASure:RESistance", "Measured resistance, Ω", () => measure("ohms")),
    ],
    advance(seconds) {
      drift += DRIFT * Math.sqrt(seconds) * random.normal() - (drift * seconds) / RETURN;
      openFor -= seconds;
      settling -= seconds;
      if (openFor <= 0 && random.happens(OPEN.perSecond, seconds)) openFor = OPEN.seconds;
    },
    read() {
      const name = settings.text("function");
      const value = reading();
      const values = { volts: null, amps: null, ohms: null, [name]: settling > 0 ? null : value };
      return { values, status: value === null ? ["overrange"] : settling > 0 ? ["settling"] : [] };
    },
  };
}
