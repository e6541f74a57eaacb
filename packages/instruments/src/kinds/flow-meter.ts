import { describe, type Instrument, type Making } from "../model.ts";
import { measurement, plainAction } from "../scpi/bind.ts";
import { Settings } from "../settings.ts";
import { Random } from "../signals/random.ts";

const MOST = 20;
/** The pump: mean and slow change of the flow, L/min, and the ripple of its strokes. */
const FLOW = { mean: 12, wander: 0.25, back: 60 };
const RIPPLE = { part: 0.02, hertz: 1.4 };
const NOISE = 0.01;
/** Air in the pipe: per second, and how long, s. */
const BUBBLE = { perSecond: 1 / 240, seconds: 1.2 };

/** A flow meter for water, with a total. */
export function createFlowMeter(making: Making): Instrument {
  const { seed = 1, interval = 100, changed } = making;
  const random = new Random(seed);
  const settings = new Settings({}, { changed });
  let mean = FLOW.mean;
  let phase = 0;
  let bubbleFor = 0;
  let litres = 0;
  const flow = (): number => {
    if (bubbleFor > 0) return 0;
    const ripple = 1 + RIPPLE.part * Math.sin(2 * Math.PI * phase);
    return Math.max(0, mean * ripple + NOISE * random.normal());
  };
  const clear = () => {
    litres = 0;
  };
  return {
    description: describe("flow-meter", "FM-20", "Flow meter", making),
    settings,
    interval,
    quantities: {
      flow: { title: "Flow", unit: "L/min", digits: 4, min: 0, max: MOST, low: 8, high: 16 },
      total: { title: "Total", unit: "L", digits: 6, min: 0, max: 10_000 },
    },
    actions: { "clear-total": { title: "Clear total", run: clear } },
    scpi: [
      measurement("MEASure:FLOW", "Measured flow, L/min", flow),
      measurement("TOTal", "Volume since the last clear, L", () => litres),
      plainAction("TOTal:CLEar", "Set the volume to 0", clear),
    ],
    advance(seconds) {
      mean += FLOW.wander * Math.sqrt(seconds) * random.normal() + ((FLOW.mean - mean) * seconds) / FLOW.back;
      mean = Math.max(0, Math.min(MOST, mean));
      phase = (phase + RIPPLE.hertz * seconds) % 1;
      bubbleFor -= seconds;
      if (bubbleFor <= 0 && random.happens(BUBBLE.perSecond, seconds)) bubbleFor = BUBBLE.seconds;
      litres += (flow() * seconds) / 60;
    },
    read: () => ({ values: { flow: flow(), total: litres }, status: bubbleFor > 0 ? ["empty-pipe"] : [] }),
  };
}
