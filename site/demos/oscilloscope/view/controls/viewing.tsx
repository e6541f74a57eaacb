import { useSignal } from "@preact/signals";
import type { ScopeApp } from "../../app.ts";
import { OPERATIONS, type Operation, unitOf } from "../../signal/mathematics.ts";
import { WINDOW_NAMES, type Window } from "../../signal/spectrum.ts";
import { AVERAGES, CURSOR_MODES, FFT_SCALES, FFT_ZOOMS, PERSISTENCE, type ViewOptions } from "../options.ts";
import { saveCsv, savePicture } from "../save.ts";
import type { Scope } from "../scope.ts";
import { Choice, Select } from "./choice.tsx";
import { Group } from "./group.tsx";
import { Stepper } from "./stepper.tsx";

interface Props {
  readonly scope: Scope;
}

const persistenceText = (seconds: number): string =>
  seconds === 0 ? "Off" : seconds > 1e6 ? "Infinite" : `${seconds} s`;

export function Display({ scope }: Props) {
  const { display, averages, persistence } = scope.options.value;
  return (
    <Group title="Display">
      <Choice
        label="Axes"
        value={display}
        values={[
          ["time", "Time"],
          ["xy", "XY"],
        ]}
        onChange={(next) => scope.change({ display: next })}
      />
      <Select
        label="Average"
        value={averages}
        values={AVERAGES.map((count) => [count, count === 1 ? "Off" : `${count} waveforms`] as const)}
        onChange={(next) => scope.change({ averages: next })}
      />
      <Select
        label="Persistence"
        value={persistence}
        values={PERSISTENCE.map((seconds) => [seconds, persistenceText(seconds)] as const)}
        onChange={(next) => scope.change({ persistence: next })}
      />
    </Group>
  );
}

const OPERATION_TEXTS: Readonly<Record<Operation, string>> = {
  off: "Off",
  add: "CH1 + CH2",
  subtract: "CH1 − CH2",
  multiply: "CH1 × CH2",
  fft: "FFT",
};
const WINDOW_TEXTS: Readonly<Record<Window, string>> = {
  hann: "Hann",
  "flat-top": "Flat top",
  "blackman-harris": "Blackman-Harris",
  rectangular: "Rectangular",
};

function Fft({ scope }: Props) {
  const { fft } = scope.options.value;
  const change = (next: Partial<ViewOptions["fft"]>) => scope.change({ fft: { ...scope.options.peek().fft, ...next } });
  return (
    <>
      <Choice
        label="FFT of"
        value={fft.source}
        values={[
          [0, "CH1"],
          [1, "CH2"],
        ]}
        onChange={(source) => change({ source })}
      />
      <Select
        label="Window"
        value={fft.window}
        values={WINDOW_NAMES.map((name) => [name, WINDOW_TEXTS[name]] as const)}
        onChange={(window) => change({ window })}
      />
      <Select
        label="Span"
        value={fft.zoom}
        values={FFT_ZOOMS.map((zoom) => [zoom, zoom === 1 ? "All frequencies" : `1/${zoom}`] as const)}
        onChange={(zoom) => change({ zoom })}
      />
      <Select
        label="dB/div"
        value={fft.scale}
        values={FFT_SCALES.map((scale) => [scale, `${scale} dB`] as const)}
        onChange={(scale) => change({ scale })}
      />
      <Stepper
        label="Top"
        limits={{ min: -100, max: 100, unit: "dBV" }}
        value={fft.top}
        step={10}
        onChange={(top) => change({ top })}
      />
    </>
  );
}

export function Mathematics({ scope }: Props) {
  const { math } = scope.options.value;
  const isPlain = math.operation !== "off" && math.operation !== "fft";
  return (
    <Group title="Math" kind="math">
      <Select
        label="Operation"
        value={math.operation}
        values={OPERATIONS.map((operation) => [operation, OPERATION_TEXTS[operation]] as const)}
        onChange={(operation) => scope.change({ math: { ...math, operation } })}
      />
      {isPlain ? (
        <Stepper
          label="Math/div"
          limits={{ min: 1e-3, max: 100, unit: unitOf(math.operation) }}
          value={math.range}
          onChange={(range) => scope.change({ math: { ...math, range } })}
        />
      ) : null}
      {math.operation === "fft" ? <Fft scope={scope} /> : null}
    </Group>
  );
}

const CURSOR_TEXTS = { off: "Off", time: "X", voltage: "Y", both: "X and Y" } as const;
/** One press of an arrow key: a twentieth of a division across, a fortieth of the screen up. */
const STEP = { x: 0.005, y: 0.0125 };

function CursorPosition({ scope, axis, index }: Props & { readonly axis: "x" | "y"; readonly index: 0 | 1 }) {
  const { cursors } = scope.options.value;
  const change = (value: number) => {
    const pair: [number, number] = [...cursors[axis]];
    pair[index] = value;
    scope.change({ cursors: { ...cursors, [axis]: pair } });
  };
  const label = `${axis.toUpperCase()}${index + 1}`;
  return (
    <label class="scope-cursor">
      <span class="stepper-label">{label}</span>
      <input
        type="range"
        min={0}
        max={1}
        step={STEP[axis]}
        value={cursors[axis][index]}
        aria-label={`Cursor ${label}`}
        onInput={({ currentTarget }) => change(Number(currentTarget.value))}
      />
    </label>
  );
}

export function Cursors({ scope }: Props) {
  const { cursors } = scope.options.value;
  const withX = cursors.mode === "time" || cursors.mode === "both";
  const withY = cursors.mode === "voltage" || cursors.mode === "both";
  return (
    <Group title="Cursors" kind="cursors">
      <Choice
        label="Lines"
        value={cursors.mode}
        values={CURSOR_MODES.map((mode) => [mode, CURSOR_TEXTS[mode]] as const)}
        onChange={(mode) => scope.change({ cursors: { ...cursors, mode } })}
      />
      {cursors.mode === "off" ? null : (
        <Choice
          label="Measure"
          value={cursors.source}
          values={[
            ["1", "CH1"],
            ["2", "CH2"],
            ["math", "Math"],
          ]}
          onChange={(source) => scope.change({ cursors: { ...cursors, source } })}
        />
      )}
      {withX ? <CursorPosition scope={scope} axis="x" index={0} /> : null}
      {withX ? <CursorPosition scope={scope} axis="x" index={1} /> : null}
      {withY ? <CursorPosition scope={scope} axis="y" index={0} /> : null}
      {withY ? <CursorPosition scope={scope} axis="y" index={1} /> : null}
    </Group>
  );
}

export function References({ scope }: Props) {
  const from = useSignal(0);
  const { operation } = scope.options.value.math;
  const hasMath = operation !== "off" && operation !== "fft";
  return (
    <Group title="References">
      <Select
        label="Keep"
        value={from.value}
        values={[[0, "CH1"], [1, "CH2"], ...(hasMath ? [[2, "Math"] as const] : [])]}
        onChange={(channel) => {
          from.value = channel;
        }}
      />
      {scope.references.value.map((reference, place) => (
        <button
          key={place === 0 ? "one" : "two"}
          type="button"
          class="scope-key"
          aria-pressed={reference !== undefined}
          onClick={() => (reference ? scope.clearReference(place) : scope.keepReference(place, from.value))}
        >
          {reference ? `Clear R${place + 1} (${reference.label})` : `Keep as R${place + 1}`}
        </button>
      ))}
    </Group>
  );
}

export function Save({ app, scope }: Props & { readonly app: ScopeApp }) {
  const shared = app.sharedView.value;
  const picture = () => {
    const screen = document.querySelector<HTMLCanvasElement>(".scope-canvas");
    if (screen) savePicture(scope, screen);
  };
  return (
    <Group title="Save and share">
      <button type="button" class="scope-key" onClick={picture}>
        Picture (PNG)
      </button>
      <button type="button" class="scope-key" onClick={() => saveCsv(scope)}>
        Values (CSV)
      </button>
      {shared ? (
        <button
          type="button"
          class="scope-key"
          aria-pressed={shared.isOn.value}
          onClick={() => void app.shareView(!shared.isOn.peek())}
        >
          Share my view
        </button>
      ) : null}
    </Group>
  );
}
