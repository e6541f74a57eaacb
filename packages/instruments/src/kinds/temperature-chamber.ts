import { describe, type Instrument, type Making } from "../model.ts";
import { measurement, numberAction, switchAction } from "../scpi/bind.ts";
import { Settings } from "../settings.ts";
import { Random } from "../signals/random.ts";

const RANGE = { least: -40, most: 180 };
const AMBIENT = 23;
/** Two masses: the air, which the heater acts on, and the walls. Time constants in seconds, powers in kelvin per second. */
const AIR_TO_WALL = 20;
const WALL_TO_AIR = 120;
const LOSS = 900;
const POWER = { heat: 1.2, cool: 0.7 };
/** The controller: per kelvin, and per kelvin and second. */
const GAIN = { proportional: 0.25, integral: 0.01 };
/** Longest step of the integration, s. */
const STEP = 0.1;
const NOISE = 0.01;
/** Somebody opens the door now and then. */
const DOOR = { perSecond: 1 / 900, seconds: 20, loss: 30 };

class Chamber {
  readonly settings: Settings;
  readonly #random: Random;
  #air = AMBIENT;
  #wall = AMBIENT;
  #ramp = AMBIENT;
  #integral = 0;
  #power = 0;
  #doorFor = 0;

  constructor(seed: number, changed: () => void) {
    this.#random = new Random(seed);
    this.settings = new Settings(
      {
        temperature: { title: "Set point", unit: "°C", min: RANGE.least, max: RANGE.most, step: 0.1, initial: 25 },
        rate: { title: "Rate", unit: "K/min", min: 0.1, max: 30, step: 0.1, initial: 10 },
        output: { title: "Control", values: [false, true], initial: false },
      },
      { changed },
    );
  }

  get temperature(): number {
    return this.#air + NOISE * this.#random.normal();
  }

  get isOpen(): boolean {
    return this.#doorFor > 0;
  }

  advance(seconds: number): void {
    for (let left = seconds; left > 0; left -= STEP) this.#step(Math.min(left, STEP));
  }

  #step(seconds: number): void {
    this.#doorFor -= seconds;
    if (!this.isOpen && this.#random.happens(DOOR.perSecond, seconds)) this.#doorFor = DOOR.seconds;
    this.#power = this.settings.isOn("output") ? this.#control(seconds) : 0;
    if (!this.settings.isOn("output")) this.#ramp = this.#air;
    const driven = this.#power >= 0 ? this.#power * POWER.heat : this.#power * POWER.cool;
    const door = this.isOpen ? (AMBIENT - this.#air) / DOOR.loss : 0;
    this.#air += seconds * (driven + (this.#wall - this.#air) / AIR_TO_WALL + door);
    this.#wall += seconds * ((this.#air - this.#wall) / WALL_TO_AIR + (AMBIENT - this.#wall) / LOSS);
  }

  /** From −1 (cool) to 1 (heat). */
  #control(seconds: number): number {
    const goal = this.settings.number("temperature");
    const change = (this.settings.number("rate") / 60) * seconds;
    this.#ramp += Math.max(-change, Math.min(change, goal - this.#ramp));
    const error = this.#ramp - this.#air;
    const output = GAIN.proportional * error + this.#integral;
    // While the output is limited the integral would run away, and the temperature overshoot.
    if (Math.abs(output) < 1) this.#integral += GAIN.integral * error * seconds;
    return Math.max(-1, Math.min(1, output));
  }

  read() {
    const status = [this.settings.isOn("output") ? "on" : "off", ...(this.isOpen ? ["door-open"] : [])];
    return { values: { temperature: this.temperature, target: this.#ramp, power: 100 * this.#power }, status };
  }
}

/** A chamber from −40 to 180 °C with a heater, a cooler, walls that lag behind, and a door. */
export function createTemperatureChamber(making: Making): Instrument {
  const { seed = 1, interval = 100, changed = () => {} } = making;
  const chamber = new Chamber(seed, changed);
  const { settings } = chamber;
  return {
    description: describe("temperature-chamber", "TC-180", "Temperature chamber", making),
    settings,
    interval,
    quantities: {
      temperature: { title: "Temperature", unit: "°C", digits: 4, min: RANGE.least, max: RANGE.most },
      target: { title: "Target", unit: "°C", digits: 4, min: RANGE.least, max: RANGE.most },
      power: { title: "Power", unit: "%", digits: 3, min: -100, max: 100 },
    },
    actions: {},
    scpi: [
      numberAction(settings, "[SOURce:]TEMPerature[:SETPoint]", "temperature", "CEL"),
      numberAction(settings, "[SOURce:]TEMPerature:RATE", "rate", ""),
      switchAction(settings, "OUTPut[:STATe]", "output"),
      measurement("MEASure:TEMPerature", "Measured temperature, °C", () => chamber.temperature),
    ],
    advance: (seconds) => chamber.advance(seconds),
    read: () => chamber.read(),
  };
}
