import { useMemo } from "preact/hooks";
import { measuredValue } from "../../shared/instruments/readings.ts";
import type { Description, Quantity, SettingLimits, SettingValue } from "../../shared/instruments/wire.ts";
import { Key, KeyGroup } from "../controls/key.tsx";
import type { OpenInstrument, Received } from "../net/open-instrument.ts";
import { Dial } from "./dial.tsx";
import { createEntry } from "./entry.ts";
import { EntryLine } from "./entry-line.tsx";
import { Housing } from "./housing.tsx";
import { Measured, staleFor } from "./measured.tsx";
import { useNow } from "./now.ts";
import { StatusLine } from "./status-line.tsx";
import { SwitchKey } from "./switch-key.tsx";

/** Knobs that fit side by side with larger tops. */
const FEW = 4;

interface PanelProps {
  readonly instrument: OpenInstrument;
  readonly description: Description;
}

/** Where a value is on the scale of its quantity, with its normal band. */
function Bar({ name, quantity, reading }: { name: string; quantity: Quantity; reading: Received | undefined }) {
  const { min, max, low, high, log = false } = quantity;
  const share = (value: number) => {
    const at = log ? Math.log(Math.max(value, min) / min) / Math.log(max / min) : (value - min) / (max - min);
    return Math.max(0, Math.min(1, at)) * 100;
  };
  const value = reading && measuredValue(reading, name);
  const [from, to] = [share(low ?? min), share(high ?? max)];
  return (
    <svg class="scale-bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
      <rect class="bar-scale" width="100" height="4" />
      {low === undefined && high === undefined ? null : <rect class="bar-band" x={from} width={to - from} height="4" />}
      {typeof value === "number" ? <rect class="bar-value" x={share(value) - 0.5} width="1" height="4" /> : null}
    </svg>
  );
}

function Screen({ instrument, description }: PanelProps) {
  const now = useNow();
  const reading = instrument.reading.value;
  const isStale = staleFor(instrument, now) !== undefined || !instrument.announced.value;
  const quantities = Object.entries(description.quantities ?? {});
  return (
    <>
      <StatusLine instrument={instrument} now={now}>
        {(reading?.status ?? []).map((word) => (
          <strong key={word} class="status-word">
            {word}
          </strong>
        ))}
      </StatusLine>
      <dl class="quantities" data-count={quantities.length}>
        {quantities.map(([name, quantity]) => (
          <div key={name}>
            <dt>{quantity.title}</dt>
            <dd>
              <Measured {...{ name, quantity, reading, isStale }} />
            </dd>
            <Bar {...{ name, quantity, reading }} />
          </div>
        ))}
      </dl>
      {quantities.length === 0 ? <p class="screen-none">This instrument measures nothing.</p> : null}
    </>
  );
}

const isSwitch = (values: readonly SettingValue[]): boolean =>
  values.length === 2 && values.includes(true) && values.includes(false);

/** Keys for one of a few values. */
function ChoiceKeys({ instrument, name, limits }: { instrument: OpenInstrument; name: string; limits: SettingLimits }) {
  if (!("values" in limits)) return null;
  const { value, isPending } = instrument.settings.shown(name);
  return (
    <KeyGroup legend={limits.title || name} kind="choice-keys">
      {limits.values.map((one) => (
        <Key
          key={String(one)}
          isOn={value === one}
          isPending={isPending && value === one}
          isLocked={instrument.isLocked}
          onPress={() => {
            if (!instrument.refuses(name)) instrument.settings.want(name, one);
          }}
        >
          {String(one)}
        </Key>
      ))}
    </KeyGroup>
  );
}

/** A panel for any instrument, made from what it describes: a knob for each number, keys for switches, choices and actions. */
export function GenericPanel({ instrument, description }: PanelProps) {
  const entry = useMemo(createEntry, []);
  const settings = Object.entries(description.limits ?? {});
  const switches = settings.filter(([, limits]) => "values" in limits && isSwitch(limits.values));
  const choices = settings.filter(([, limits]) => "values" in limits && !isSwitch(limits.values));
  // An instrument of few settings has room for larger knobs.
  const size = settings.length - switches.length - choices.length > FEW ? "small" : "normal";
  const actions = Object.entries(description.actions ?? {});
  const deck = (
    <>
      <div class="dials many">
        {settings.map(([name, limits]) =>
          "unit" in limits ? <Dial key={name} {...{ instrument, name, entry }} limits={limits} size={size} /> : null,
        )}
      </div>
      <div class="groups">
        {choices.map(([name, limits]) => (
          <ChoiceKeys key={name} {...{ instrument, name, limits }} />
        ))}
        {switches.length > 0 ? (
          <KeyGroup legend="On and off" kind="switches">
            {switches.map(([name, { title }]) => (
              <SwitchKey key={name} instrument={instrument} name={name}>
                {title || name}
              </SwitchKey>
            ))}
          </KeyGroup>
        ) : null}
        {actions.length > 0 ? (
          <KeyGroup legend="Actions" kind="actions">
            {actions.map(([name, { title }]) => (
              <Key key={name} isLocked={instrument.isLocked} onPress={() => void instrument.act(name)}>
                {title || name}
              </Key>
            ))}
          </KeyGroup>
        ) : null}
      </div>
      {settings.length + actions.length === 0 ? <p class="deck-none">This instrument has no settings.</p> : null}
    </>
  );
  return (
    <Housing
      id={instrument.id}
      kind="generic"
      announced={instrument.announced.value}
      deck={deck}
      screen={
        <>
          <Screen {...{ instrument, description }} />
          <EntryLine instrument={instrument} entry={entry} />
        </>
      }
    />
  );
}
