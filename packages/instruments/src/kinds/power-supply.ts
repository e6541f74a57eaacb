import { describe, type Instrument, type Making, type Reading } from "../model.ts";
import { measurement, numberAction, plainAction, switchAction } from "../scpi/bind.ts";
import { SettingError, Settings, type SettingValues } from "../settings.ts";
import { Random } from "../signals/random.ts";

const MAX_VOLTAGE = 30;
const MAX_CURRENT = 5;
/** Protection above the range, so that *RST switches it off in effect. */
const OVER = 1.1;
/** Time constants: of the output, s, and of the load's slow change, ohm per root second. */
const OUTPUT_LAG = 0.05;
const LOAD_DRIFT = 0.15;
const LOAD = { least: 3, most: 40, initial: 12 };
/** Noise of the readings. */
const NOISE = { volts: 0.0004, amps: 0.0002 };
/** A short circuit of the load now and then: per second, and how long, s. */
const SHORTS = { perSecond: 1 / 600, seconds: 3, ohms: 0.05 };

const definitions = {
  voltage: { title: "Voltage", unit: "V", min: 0, max: MAX_VOLTAGE, step: 0.001, initial: 0 },
  current: { title: "Current limit", unit: "A", min: 0, max: MAX_CURRENT, step: 0.001, initial: 1 },
  output: { title: "Output", values: [false, true], initial: false },
  ovp: {
    title: "Overvoltage protection",
    unit: "V",
    min: 0.5,
    max: MAX_VOLTAGE * OVER,
    step: 0.01,
    initial: MAX_VOLTAGE * OVER,
  },
  ocp: { title: "Overcurrent protection", values: [false, true], initial: false },
} as const;

type Tripped = "ovp" | "ocp";

/** A power supply of 30 V and 5 A with a load that changes slowly: constant voltage or current, and protection that latches. */
class PowerSupply {
  readonly settings: Settings;
  #random: Random;
  #load = LOAD.initial;
  #shortFor = 0;
  #volts = 0;
  #limiting = false;
  tripped: Tripped | undefined;

  constructor(seed: number, changed: () => void) {
    this.#random = new Random(seed);
    this.settings = new Settings(definitions, { check: (next) => this.#check(next), changed });
  }

  #check(next: SettingValues): SettingError | undefined {
    if (next.output !== true || !this.tripped) return undefined;
    return new SettingError(
      "not-now",
      `The output stays off: ${this.tripped.toUpperCase()} has tripped. Clear the protection first.`,
    );
  }

  get #resistance(): number {
    return this.#shortFor > 0 ? SHORTS.ohms : this.#load;
  }

  get volts(): number {
    return this.#volts + NOISE.volts * this.#random.normal();
  }

  get amps(): number {
    return Math.max(0, this.#volts / this.#resistance + NOISE.amps * this.#random.normal());
  }

  advance(seconds: number): void {
    this.#load += LOAD_DRIFT * Math.sqrt(seconds) * this.#random.normal();
    this.#load = Math.max(LOAD.least, Math.min(LOAD.most, this.#load));
    this.#shortFor -= seconds;
    if (this.#shortFor <= 0 && this.#random.happens(SHORTS.perSecond, seconds)) this.#shortFor = SHORTS.seconds;
    const { settings } = this;
    const wanted = settings.isOn("output") ? settings.number("voltage") : 0;
    const limit = settings.number("current") * this.#resistance;
    this.#limiting = settings.isOn("output") && wanted > limit;
    const target = Math.min(wanted, limit);
    this.#volts += (target - this.#volts) * (1 - Math.exp(-seconds / OUTPUT_LAG));
    if (!settings.isOn("output")) return;
    if (this.#volts > settings.number("ovp")) this.#trip("ovp");
    else if (this.#limiting && settings.isOn("ocp")) this.#trip("ocp");
  }

  #trip(which: Tripped): void {
    this.tripped = which;
    this.settings.force("output", false);
  }

  read(): Reading {
    const [volts, amps] = [this.volts, this.amps];
    const regulation = !this.settings.isOn("output") ? "off" : this.#limiting ? "cc" : "cv";
    return {
      values: { volts, amps, watts: volts * amps },
      status: this.tripped ? [regulation, this.tripped] : [regulation],
    };
  }

  clear(): void {
    this.tripped = undefined;
  }
}

export function createPowerSupply(making: Making): Instrument {
  const { seed = 1, interval = 100, changed = () => {} } = making;
  const supply = new PowerSupply(seed, changed);
  const { settings } = supply;
  return {
    description: describe("power-supply", "PS-330", "Power supply", making),
    settings,
    interval,
    quantities: {
      volts: { title: "Voltage", unit: "V", digits: 5, min: 0, max: MAX_VOLTAGE },
      amps: { title: "Current", unit: "A", digits: 4, min: 0, max: MAX_CURRENT },
      watts: { title: "Power", unit: "W", digits: 4, min: 0, max: MAX_VOLTAGE * MAX_CURRENT },
    },
    actions: { "clear-protection": { title: "Clear protection", run: () => supply.clear() } },
    scpi: [
      numberAction(settings, "[SOURce:]VOLTage[:LEVel]", "voltage", "V"),
      numberAction(settings, "[SOURce:]CURRent[:LEVel]", "current", "A"),
      switchAction(settings, "OUTPut[:STATe]", "output"),
      numberAction(settings, "[SOURce:]VOLTage:PROTection[:LEVel]", "ovp", "V"),
      switchAction(settings, "[SOURce:]CURRent:PROTection[:STATe]", "ocp"),
      plainAction("OUTPut:PROTection:CLEar", "Clear a protection that has tripped", () => supply.clear()),
      {
        header: "OUTPut:PROTection:TRIPped",
        about: "Whether a protection has tripped: 1 or 0",
        query: () => (supply.tripped ? "1" : "0"),
      },
      measurement("MEASure[:SCALar]:VOLTage[:DC]", "Measured voltage, V", () => supply.volts),
      measurement("MEASure[:SCALar]:CURRent[:DC]", "Measured current, A", () => supply.amps),
      measurement("MEASure[:SCALar]:POWer[:DC]", "Measured power, W", () => supply.volts * supply.amps),
    ],
    advance: (seconds) => supply.advance(seconds),
    read: () => supply.read(),
  };
}
