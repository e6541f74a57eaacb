import { useMemo, useState } from "preact/hooks";
import type { Description } from "../../shared/instruments/wire.ts";
import { Digits } from "../controls/digits.tsx";
import { Key, KeyGroup } from "../controls/key.tsx";
import type { OpenInstrument } from "../net/open-instrument.ts";
import { readoutOf } from "../rules/readout.ts";
import { Dial } from "./dial.tsx";
import { createEntry } from "./entry.ts";
import { EntryLine } from "./entry-line.tsx";
import { Housing } from "./housing.tsx";
import { Measured, staleFor } from "./measured.tsx";
import { useNow } from "./now.ts";
import { StatusLine } from "./status-line.tsx";
import { SwitchKey } from "./switch-key.tsx";

interface PanelProps {
  readonly instrument: OpenInstrument;
  readonly description: Description;
}

const TRIPPED = { ovp: "OVP tripped", ocp: "OCP tripped" } as const;
const REGULATION = { cv: "CV", cc: "CC", off: "OFF" } as const;
const NAMES = { cv: "Constant voltage", cc: "Constant current", off: "Output off" } as const;

/** One of three: what the output does. */
function RegulationBadge({ status, isStale }: { readonly status: readonly string[]; readonly isStale: boolean }) {
  const mode = status.includes("cc") ? "cc" : status.includes("cv") ? "cv" : "off";
  return (
    <abbr class={`regulation ${isStale ? "stale" : mode}`} title={NAMES[mode]}>
      {REGULATION[mode]}
    </abbr>
  );
}

const trippedOf = (status: readonly string[]): keyof typeof TRIPPED | undefined =>
  status.includes("ovp") ? "ovp" : status.includes("ocp") ? "ocp" : undefined;

/** What is set, in the light blue of settings. */
function SetValue({ instrument, description, name, children }: PanelProps & { name: string; children: string }) {
  const { value, isPending } = instrument.settings.shown(name);
  const limits = description.limits?.[name];
  if (typeof value !== "number" || !limits || !("unit" in limits)) return null;
  return (
    <span class="set-value">
      <small>{children}</small>
      <Digits readout={readoutOf(limits, value)} isPending={isPending} />
    </span>
  );
}

function Screen({ instrument, description, isLarge }: PanelProps & { readonly isLarge: boolean }) {
  const now = useNow();
  const reading = instrument.reading.value;
  const isStale = staleFor(instrument, now) !== undefined || !instrument.announced.value;
  const status = reading?.status ?? [];
  const tripped = trippedOf(status);
  const rows = [
    { name: "volts", set: "voltage", tone: "volts" },
    { name: "amps", set: "current", tone: "amps" },
    { name: "watts", set: "ovp", tone: undefined },
  ] as const;
  return (
    <>
      <StatusLine instrument={instrument} now={now}>
        <RegulationBadge status={status} isStale={isStale} />
        {tripped ? <strong class="tripped">{TRIPPED[tripped]}</strong> : null}
      </StatusLine>
      <div class="supply-rows">
        {rows.map(({ name, set, tone }) => {
          const quantity = description.quantities?.[name];
          if (!quantity || (isLarge && name === "watts")) return null;
          return (
            <div key={name} class={`supply-row ${name}`}>
              <Measured {...{ name, quantity, reading, isStale }} {...(tone && { tone })} />
              <SetValue instrument={instrument} description={description} name={set}>
                {set === "ovp" ? "OVP" : "Set"}
              </SetValue>
            </div>
          );
        })}
      </div>
    </>
  );
}

/** The front panel of a power supply: measured and set side by side, a knob for each of voltage and current. */
export function PowerSupplyPanel({ instrument, description }: PanelProps) {
  const entry = useMemo(createEntry, []);
  const [isLarge, setLarge] = useState(false);
  const tripped = trippedOf(instrument.reading.value?.status ?? []);
  const dial = (name: string, size: "large" | "normal" | "small") => {
    const limits = description.limits?.[name];
    return limits && "unit" in limits ? <Dial {...{ instrument, name, limits, entry, size }} /> : null;
  };
  const deck = (
    <>
      <div class="dials">
        {dial("voltage", "large")}
        {dial("current", "large")}
      </div>
      <div class="groups">
        <KeyGroup legend="Protection" kind="protection">
          {dial("ovp", "small")}
          <SwitchKey instrument={instrument} name="ocp" label="OCP, overcurrent protection">
            OCP
          </SwitchKey>
          <Key
            {...(tripped && { tone: "alarm" })}
            isLocked={instrument.isLocked}
            onPress={() => void instrument.act("clear-protection")}
          >
            Clear
          </Key>
        </KeyGroup>
        <KeyGroup legend="Output" kind="output">
          <SwitchKey instrument={instrument} name="output" tone="output" label="Output On / Off">
            On / Off
          </SwitchKey>
          <Key isOn={isLarge} onPress={() => setLarge(!isLarge)}>
            Large
          </Key>
        </KeyGroup>
      </div>
    </>
  );
  const screen = (
    <>
      <Screen {...{ instrument, description, isLarge }} />
      <EntryLine instrument={instrument} entry={entry} />
    </>
  );
  return (
    <Housing
      {...{ screen, deck, isLarge }}
      id={instrument.id}
      kind="power-supply"
      announced={instrument.announced.value}
    />
  );
}
