import { DIVISIONS } from "@achex/instruments";
import { announce } from "../../../shared/shell/announce.tsx";
import { findSignal } from "../auto-set.ts";
import { summaryOf } from "../measured.ts";
import type { Scope } from "../scope.ts";
import { Group } from "./group.tsx";
import { Setting } from "./setting.tsx";

/** Runs, or stops. A single capture that was armed ends with it. */
export function runOrStop({ source }: Scope): void {
  const { run, "trigger-mode": mode } = source.settings.peek();
  if (run === false) source.change({ run: true, ...(mode === "single" && { "trigger-mode": "auto" }) });
  else source.change({ run: false });
}

/** Arms the capture for one waveform. */
export const captureOnce = ({ source }: Scope): void => source.change({ run: true, "trigger-mode": "single" });

export async function find(scope: Scope): Promise<void> {
  announce("Looking for a signal");
  const isFound = await findSignal(scope);
  announce(isFound ? "Signal found" : "No signal found. Check whether an output is on.");
}

/** Keys that anybody who is not typing can press. */
export function pressed(scope: Scope, key: string): boolean {
  switch (key) {
    case " ":
      runOrStop(scope);
      return true;
    case "s":
      captureOnce(scope);
      return true;
    case "a":
      void find(scope);
      return true;
    case "m":
      announce(summaryOf(scope));
      return true;
    default:
      return false;
  }
}

/** The large keys: run and stop, single, find. */
export function RunKeys({ scope }: { readonly scope: Scope }) {
  const { settings } = scope.source;
  const { run, "trigger-mode": mode } = settings.value;
  const isRunning = run !== false;
  const isSingle = isRunning && mode === "single";
  return (
    <div class="scope-run">
      <button
        type="button"
        class={isRunning ? "scope-key run running" : "scope-key run stopped"}
        aria-pressed={isRunning}
        onClick={() => runOrStop(scope)}
      >
        Run / Stop
      </button>
      <button type="button" class="scope-key" aria-pressed={isSingle} onClick={() => captureOnce(scope)}>
        Single
      </button>
      <button type="button" class="scope-key" onClick={() => void find(scope)}>
        Find signal
      </button>
    </div>
  );
}

/** A twentieth of a division, in round numbers. */
const fine = (range: unknown): number => (typeof range === "number" ? range / 10 : 0.01);

/** The height of the screen in volts. */
const screens = (range: unknown): number => (typeof range === "number" ? range * DIVISIONS.voltage : 1);

export function Vertical({ scope }: { readonly scope: Scope }) {
  const settings = scope.source.settings.value;
  return (
    <Group title="Vertical">
      {[1, 2].map((n) => (
        <div key={n} class={`scope-channel channel-${n}`}>
          <Setting scope={scope} name={`range-${n}`} label={`CH${n} V/div`} knob={{}} />
          <Setting
            scope={scope}
            name={`offset-${n}`}
            label={`CH${n} centre`}
            step={fine(settings[`range-${n}`])}
            knob={{ reach: screens(settings[`range-${n}`]) }}
          />
        </div>
      ))}
    </Group>
  );
}

export function Horizontal({ scope }: { readonly scope: Scope }) {
  return (
    <Group title="Horizontal">
      <Setting scope={scope} name="timebase" label="Time/div" knob={{}} />
      <Setting scope={scope} name="trigger-position" label="Position" step={0.05} knob={{}} />
      <Setting scope={scope} name="points" label="Points" />
    </Group>
  );
}

const MODES = { auto: "Auto", normal: "Normal", single: "Single" };
const SLOPES = { rise: "↗ Rising", fall: "↘ Falling" };
const SOURCES = { 1: "CH1", 2: "CH2" };

export function Trigger({ scope }: { readonly scope: Scope }) {
  const settings = scope.source.settings.value;
  const source = settings["trigger-source"] === "2" ? 2 : 1;
  const halfWay = () => {
    const measured = scope.readout.peek().channels[source - 1];
    if (measured) scope.source.change({ "trigger-level": Number(((measured.max + measured.min) / 2).toPrecision(4)) });
  };
  return (
    <Group title="Trigger" kind="trigger">
      <Setting scope={scope} name="trigger-source" label="Source" texts={SOURCES} />
      <Setting scope={scope} name="trigger-slope" label="Slope" texts={SLOPES} />
      <Setting scope={scope} name="trigger-mode" label="Mode" texts={MODES} />
      <Setting
        scope={scope}
        name="trigger-level"
        label="Level"
        step={fine(settings[`range-${source}`])}
        knob={{ reach: screens(settings[`range-${source}`]) }}
      />
      <button type="button" class="scope-key" onClick={halfWay}>
        Level to 50 %
      </button>
      <Setting scope={scope} name="trigger-hysteresis" label="Hysteresis" step={0.05} />
    </Group>
  );
}

/** The outputs of a generator, for those that have one. */
export function Generator({ scope }: { readonly scope: Scope }) {
  const limits = scope.source.limits.value;
  const settings = scope.source.settings.value;
  if (!("output-1" in limits)) return null;
  return (
    <Group title="Generator" kind="generator">
      {[1, 2].map((n) => {
        const name = `output-${n}`;
        const isOn = settings[name] === true;
        return (
          <div key={n} class={`scope-channel channel-${n}`}>
            <button
              type="button"
              class="scope-key output"
              aria-pressed={isOn}
              onClick={() => scope.source.change({ [name]: !isOn })}
            >
              {`Output ${n}`}
            </button>
            <Setting scope={scope} name={`shape-${n}`} label={`Shape ${n}`} />
            <Setting scope={scope} name={`frequency-${n}`} label={`Frequency ${n}`} />
            <Setting scope={scope} name={`amplitude-${n}`} label={`Amplitude ${n}`} />
            <Setting scope={scope} name={`dc-${n}`} label={`Offset ${n}`} step={0.1} />
            <Setting scope={scope} name={`duty-${n}`} label={`Duty cycle ${n}`} step={5} />
            <Setting scope={scope} name={`phase-${n}`} label={`Phase ${n}`} step={15} />
            <Setting scope={scope} name={`noise-${n}`} label={`Noise ${n}`} step={0.01} />
          </div>
        );
      })}
    </Group>
  );
}
