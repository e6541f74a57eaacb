import { describe, type Instrument, type Making } from "../model.ts";
import { measurement, switchAction } from "../scpi/bind.ts";
import { Settings } from "../settings.ts";
import { Random } from "../signals/random.ts";

const ATMOSPHERE = 101_325;
/** Best vacuum of the pump, Pa, and the time constants of pumping and of the leak when it is off, s. */
const BASE = 2e-4;
const PUMPING = 6;
const LEAK = 200;
/** The gauge cannot measure above or below, Pa. */
const RANGE = { least: 1e-4, most: 1e5 };
/** Relative. */
const NOISE = 0.01;
/** Gas set free from the walls: per second, and how much more pressure. */
const BURST = { perSecond: 1 / 120, factor: 6 };

/** A vacuum gauge on a chamber with a pump. */
export function createVacuumGauge(making: Making): Instrument {
  const { seed = 1, interval = 100, changed } = making;
  const random = new Random(seed);
  const settings = new Settings({ pump: { title: "Pump", values: [false, true], initial: true } }, { changed });
  let pascals = ATMOSPHERE;
  const measured = (): number | null => {
    const value = pascals * (1 + NOISE * random.normal());
    return value > RANGE.most || value < RANGE.least ? null : value;
  };
  return {
    description: describe("vacuum-gauge", "VG-4", "Vacuum gauge", making),
    settings,
    interval,
    quantities: {
      pressure: { title: "Pressure", unit: "Pa", digits: 3, min: RANGE.least, max: RANGE.most, high: 1, log: true },
    },
    actions: {},
    scpi: [
      measurement("MEASure:PRESsure", "Measured pressure, Pa", measured),
      switchAction(settings, "OUTPut[:STATe]", "pump"),
    ],
    advance(seconds) {
      const [goal, time] = settings.isOn("pump") ? [BASE, PUMPING] : [ATMOSPHERE, LEAK];
      pascals = goal + (pascals - goal) * Math.exp(-seconds / time);
      if (random.happens(BURST.perSecond, seconds)) pascals = Math.min(ATMOSPHERE, pascals * BURST.factor);
    },
    read() {
      const pressure = measured();
      return { values: { pressure }, status: pressure === null ? ["overrange"] : [] };
    },
  };
}
