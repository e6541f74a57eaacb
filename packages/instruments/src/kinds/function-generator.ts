import { Capture } from "../capture.ts";
import { CAPTURE_CHANNELS, captureOf, captureSettings, MAX_CAPTURE_POINTS } from "../capture-settings.ts";
import { describe, type Instrument, type Making } from "../model.ts";
import { change, choiceAction, numberAction, switchAction } from "../scpi/bind.ts";
import { ScpiError } from "../scpi/errors.ts";
import type { Action } from "../scpi/interpreter.ts";
import { readNumber } from "../scpi/values.ts";
import { type SettingDefinition, SettingError, Settings, type SettingValues } from "../settings.ts";
import { Random } from "../signals/random.ts";
import { SHAPES, type Shape, type Signal, valueAt } from "../signals/waveform.ts";

const CHANNELS = CAPTURE_CHANNELS;
type ChannelNumber = (typeof CHANNELS)[number];

/** V into 50 Ω; twice that into an open end. */
const MAX_VOLTS = 5;
/** Of the digitiser, V rms. */
const NOISE = 0.002;
/** The shortest edge, s. */
const EDGE = 8e-9;

const outputSettings = (n: ChannelNumber): Readonly<Record<string, SettingDefinition>> => ({
  [`shape-${n}`]: { title: `Shape ${n}`, values: SHAPES, initial: "sine" },
  [`frequency-${n}`]: { title: `Frequency ${n}`, unit: "Hz", min: 0.001, max: 25e6, step: 1e-6, initial: 1_000 },
  [`amplitude-${n}`]: { title: `Amplitude ${n}`, unit: "Vpp", min: 0.001, max: 4 * MAX_VOLTS, step: 1e-4, initial: 1 },
  [`dc-${n}`]: { title: `Offset ${n}`, unit: "V", min: -2 * MAX_VOLTS, max: 2 * MAX_VOLTS, step: 1e-4, initial: 0 },
  [`duty-${n}`]: { title: `Duty cycle ${n}`, unit: "%", min: 1, max: 99, step: 0.1, initial: 50 },
  [`phase-${n}`]: { title: `Phase ${n}`, unit: "°", min: -360, max: 360, step: 0.1, initial: 0 },
  [`edge-${n}`]: { title: `Edge time ${n}`, unit: "s", min: EDGE, max: 1, step: 1e-9, initial: EDGE },
  [`load-${n}`]: { title: `Load ${n}`, values: ["50", "open"], initial: "50" },
  [`noise-${n}`]: { title: `Added noise ${n}`, unit: "Vrms", min: 0, max: 1, step: 0.0001, initial: 0 },
  [`output-${n}`]: { title: `Output ${n}`, values: [false, true], initial: false },
});

/** An output cannot exceed its maximum, whatever combination of amplitude and offset is asked for. */
function checkOutputs(next: SettingValues): SettingError | undefined {
  for (const n of CHANNELS) {
    const most = next[`load-${n}`] === "open" ? 2 * MAX_VOLTS : MAX_VOLTS;
    const [amplitude, offset] = [Number(next[`amplitude-${n}`]), Number(next[`dc-${n}`])];
    // As displayed values are rounded, so is the comparison.
    if (Math.abs(offset) + amplitude / 2 <= most + 1e-9) continue;
    const text = `Amplitude / 2 + |offset| of output ${n} is at most ${most} V with this load, not ${Math.abs(offset) + amplitude / 2} V.`;
    return new SettingError("out-of-range", text);
  }
  return undefined;
}

const WORDS: Readonly<Record<Shape, string>> = {
  sine: "SINusoid",
  square: "SQUare",
  triangle: "TRIangle",
  ramp: "RAMP",
  pulse: "PULSe",
  noise: "NOISe",
  dc: "DC",
};

/** Commands of one output. Those of the first may be written without its number. */
function outputActions(settings: Settings, n: ChannelNumber): Action[] {
  const roots = n === 1 ? ["[SOURce:]", "SOURce1:"] : ["SOURce2:"];
  const outputs = n === 1 ? ["OUTPut", "OUTPut1"] : ["OUTPut2"];
  const apply = (root: string, shape: Shape): Action => ({
    header: `${root}APPLy:${WORDS[shape]}`,
    about: "Shape with frequency, amplitude and offset, each optional; switches the output on",
    parameters: 3,
    command: ([frequency, amplitude, offset]) => applyShape(settings, n, shape, { frequency, amplitude, dc: offset }),
  });
  return [
    ...roots.flatMap((root) => [
      choiceAction(settings, `${root}FUNCtion[:SHAPe]`, `shape-${n}`, WORDS),
      numberAction(settings, `${root}FREQuency[:FIXed]`, `frequency-${n}`, "HZ"),
      numberAction(settings, `${root}VOLTage[:AMPLitude]`, `amplitude-${n}`, "VPP"),
      numberAction(settings, `${root}VOLTage:OFFSet`, `dc-${n}`, "V"),
      numberAction(settings, `${root}FUNCtion:SQUare:DCYCle`, `duty-${n}`, "PCT"),
      numberAction(settings, `${root}FUNCtion:PULSe:TRANsition`, `edge-${n}`, "S"),
      numberAction(settings, `${root}PHASe[:ADJust]`, `phase-${n}`, "DEG"),
      ...SHAPES.map((shape) => apply(root, shape)),
    ]),
    ...outputs.flatMap((root) => [
      switchAction(settings, `${root}[:STATe]`, `output-${n}`),
      loadAction(settings, `${root}:LOAD`, `load-${n}`),
    ]),
  ];
}

/** `APPLy:SINusoid 1kHz, 2, 0.5`: everything at once, output included. */
function applyShape(
  settings: Settings,
  n: ChannelNumber,
  shape: Shape,
  typed: Readonly<Record<"frequency" | "amplitude" | "dc", string | undefined>>,
): void {
  const units = { frequency: "HZ", amplitude: "VPP", dc: "V" } as const;
  const changes: Record<string, unknown> = { [`shape-${n}`]: shape, [`output-${n}`]: true };
  for (const [what, unit] of Object.entries(units)) {
    const name = `${what}-${n}`;
    const text = what === "frequency" ? typed.frequency : what === "amplitude" ? typed.amplitude : typed.dc;
    const limits = settings.limits[name];
    if (text === undefined || !limits || "values" in limits) continue;
    changes[name] = readNumber(text, {
      unit,
      min: limits.min,
      max: limits.max,
      default: Number(settings.initial[name]),
    });
  }
  change(settings, changes);
}

/** 50 or INF. */
function loadAction(settings: Settings, header: string, name: string): Action {
  return {
    header,
    about: `${settings.limits[name]?.title ?? name}: 50 or INF`,
    query: () => (settings.text(name) === "open" ? "9.9E37" : "+5.00000E+01"),
    command: ([text = ""]) => {
      const ohms = readNumber(text, { unit: "OHM", min: 50, max: Number.POSITIVE_INFINITY, default: 50 });
      if (ohms !== 50 && ohms !== Number.POSITIVE_INFINITY)
        throw new ScpiError("out-of-range", "the load is 50 or INF");
      change(settings, { [name]: ohms === 50 ? "50" : "open" });
    },
  };
}

/** Amplitude and offset are what the load gets, so they double or halve with it; the output itself stays as it is. */
function scaleWithLoad(changes: Readonly<Record<string, unknown>>, previous: SettingValues): Record<string, unknown> {
  const scaled: Record<string, unknown> = {};
  for (const n of CHANNELS) {
    const load = changes[`load-${n}`];
    if ((load !== "50" && load !== "open") || load === previous[`load-${n}`]) continue;
    const factor = load === "open" ? 2 : 0.5;
    for (const name of [`amplitude-${n}`, `dc-${n}`]) scaled[name] = Number(previous[name]) * factor;
  }
  return scaled;
}

const isShape = (text: string): text is Shape => SHAPES.some((one) => one === text);

function signalOf(settings: Settings, n: number): Signal | undefined {
  if (!settings.isOn(`output-${n}`)) return undefined;
  const shape = settings.text(`shape-${n}`);
  return {
    shape: isShape(shape) ? shape : "dc",
    frequency: settings.number(`frequency-${n}`),
    amplitude: settings.number(`amplitude-${n}`),
    offset: settings.number(`dc-${n}`),
    duty: settings.number(`duty-${n}`) / 100,
    phase: settings.number(`phase-${n}`),
    edge: settings.number(`edge-${n}`),
  };
}

/** A function generator with two outputs, and a digitiser of two channels that are connected to them. */
export function createFunctionGenerator(making: Making): Instrument {
  const { seed = 1, interval = 100, changed } = making;
  const random = new Random(seed);
  const definitions = {
    ...outputSettings(1),
    ...outputSettings(2),
    ...captureSettings({ timebase: [1e-8, 1], range: 10 }),
  };
  const settings = new Settings(definitions, { check: checkOutputs, consequences: scaleWithLoad, changed });
  // Settings do not change within a capture, so they are read once for each.
  let signals: readonly (Signal | undefined)[] = [];
  let noises: readonly number[] = [];
  const capture = new Capture((channel, seconds) => {
    const signal = signals[channel];
    return (signal ? valueAt(signal, seconds, random) : 0) + (noises[channel] ?? NOISE) * random.normal();
  });
  return {
    description: describe("function-generator", "FG-25", "Function generator", making),
    settings,
    interval,
    quantities: {},
    actions: {},
    scpi: [...outputActions(settings, 1), ...outputActions(settings, 2)],
    advance() {},
    read: () => ({
      values: {},
      status: CHANNELS.filter((n) => settings.isOn(`output-${n}`)).map((n) => `output-${n}`),
    }),
    capture: {
      channels: CHANNELS.length,
      points: MAX_CAPTURE_POINTS,
      take(now) {
        if (!settings.isOn("run")) {
          capture.disarm();
          return undefined;
        }
        signals = CHANNELS.map((n) => signalOf(settings, n));
        // Independent sources of noise add up as squares.
        noises = CHANNELS.map((n) =>
          Math.hypot(NOISE, settings.isOn(`output-${n}`) ? settings.number(`noise-${n}`) : 0),
        );
        const waveform = capture.take(captureOf(settings), now);
        if (waveform?.state === "single") settings.force("run", false);
        return waveform;
      },
    },
  };
}
