import type { Signal } from "@preact/signals";
import { useMemo, useState } from "preact/hooks";
import { formatText } from "../../shared/instruments/format.ts";
import type { Description } from "../../shared/instruments/wire.ts";
import { Digits } from "../controls/digits.tsx";
import { Key, KeyGroup } from "../controls/key.tsx";
import type { OpenInstrument } from "../net/open-instrument.ts";
import {
  hasParameter,
  nameOf,
  OUTPUTS,
  type OutputNumber,
  type OutputSettings,
  outputOf,
  PARAMETERS,
  type Parameter,
  rangeOf,
} from "../rules/generator.ts";
import { iconOf, pathOf } from "../rules/picture.ts";
import { readoutOf } from "../rules/readout.ts";
import { Dial } from "./dial.tsx";
import { createEntry, type Entry } from "./entry.ts";
import { EntryLine } from "./entry-line.tsx";
import { Housing } from "./housing.tsx";
import { useNow } from "./now.ts";
import { StatusLine } from "./status-line.tsx";
import { SwitchKey } from "./switch-key.tsx";

interface GeneratorProps {
  readonly instrument: OpenInstrument;
  readonly description: Description;
}

const TITLES: Readonly<Record<Parameter, string>> = {
  frequency: "Frequency",
  amplitude: "Amplitude",
  dc: "Offset",
  duty: "Duty cycle",
  phase: "Phase",
  edge: "Edge time",
};

const SHAPE_NAMES: Readonly<Record<OutputSettings["shape"], string>> = {
  sine: "Sine",
  square: "Square",
  triangle: "Triangle",
  ramp: "Ramp",
  pulse: "Pulse",
  noise: "Noise",
  dc: "DC",
};

const SHAPES = Object.keys(SHAPE_NAMES).filter((name): name is OutputSettings["shape"] => name in SHAPE_NAMES);

const PICTURE = { width: 480, height: 180 };

/** The signal of one output as the instrument has confirmed it. */
function Picture({ output, number }: { readonly output: OutputSettings | undefined; readonly number: OutputNumber }) {
  const { width, height } = PICTURE;
  const path = useMemo(() => output && pathOf(output, width, height), [JSON.stringify(output)]);
  if (!output)
    return <p class="picture-none">No picture: the instrument reports settings that its output cannot have.</p>;
  const label = `${SHAPE_NAMES[output.shape]}, ${formatText(output.amplitude, "Vpp")}, offset ${formatText(output.offset, "V")}`;
  return (
    <svg
      class={`picture channel-${number}${output.isOn ? "" : " is-off"}`}
      viewBox={`-8 -14 ${width + 16} ${height + 28}`}
      role="img"
      aria-label={label}
      preserveAspectRatio="none"
    >
      <path class="picture-zero" d={`M0 ${height / 2}H${width}`} />
      <path class="picture-range" d={`M0 0H${width}M0 ${height}H${width}`} />
      <path class="picture-signal" d={path} />
    </svg>
  );
}

function ParameterRow({
  instrument,
  description,
  output,
  parameter,
  isChosen,
}: GeneratorProps & { readonly output: OutputNumber; readonly parameter: Parameter; readonly isChosen: boolean }) {
  const name = nameOf(parameter, output);
  const limits = description.limits?.[name];
  const { value, isPending } = instrument.settings.shown(name);
  if (typeof value !== "number" || !limits || !("unit" in limits)) return null;
  return (
    <div class={isChosen ? "parameter chosen" : "parameter"} data-parameter={name}>
      <dt>{TITLES[parameter]}</dt>
      <dd>
        <Digits readout={readoutOf(limits, value)} isPending={isPending} />
      </dd>
    </div>
  );
}

interface ScreenProps extends GeneratorProps {
  readonly output: OutputNumber;
  readonly parameter: Parameter;
}

function Screen({ instrument, description, output, parameter }: ScreenProps) {
  const now = useNow();
  const settings = description.settings ?? {};
  const confirmed = outputOf(description, settings, output);
  const other = output === 1 ? 2 : 1;
  const others = outputOf(description, settings, other);
  return (
    <>
      <StatusLine instrument={instrument} now={now}>
        {OUTPUTS.map((number) => {
          const isOn = settings[nameOf("output", number)] === true;
          return (
            <strong key={number} class={`output-badge channel-${number}${isOn ? " on" : ""}`}>
              {`${number} ${isOn ? "on" : "off"}`}
            </strong>
          );
        })}
        <span>{confirmed ? `${SHAPE_NAMES[confirmed.shape]} · ${confirmed.isOpen ? "High Z" : "50 Ω"}` : ""}</span>
      </StatusLine>
      <div class="generator-screen">
        <Picture output={confirmed} number={output} />
        <dl class="parameters">
          {PARAMETERS.filter((one) => !confirmed || hasParameter(confirmed.shape, one)).map((one) => (
            <ParameterRow
              key={one}
              {...{ instrument, description, output }}
              parameter={one}
              isChosen={one === parameter}
            />
          ))}
        </dl>
      </div>
      <p class={`other-output channel-${other}`}>
        {others
          ? `${other}: ${SHAPE_NAMES[others.shape]}, ${formatText(others.frequency, "Hz")}, ${formatText(others.amplitude, "Vpp")}`
          : ""}
      </p>
    </>
  );
}

interface DeckProps extends ScreenProps {
  readonly entry: Signal<Entry | undefined>;
  readonly chooseOutput: (output: OutputNumber) => void;
  readonly chooseParameter: (parameter: Parameter) => void;
}

function WaveformKeys({ instrument, output }: Pick<DeckProps, "instrument" | "output">) {
  const name = nameOf("shape", output);
  const { value, isPending } = instrument.settings.shown(name);
  return (
    <KeyGroup legend="Waveform" kind="waveform">
      {SHAPES.map((shape) => (
        <Key
          key={shape}
          isOn={value === shape}
          isPending={isPending && value === shape}
          isLocked={instrument.isLocked}
          label={SHAPE_NAMES[shape]}
          onPress={() => {
            if (!instrument.refuses(name)) instrument.settings.want(name, shape);
          }}
        >
          <svg class="shape-icon" viewBox="-1 -2 34 20" aria-hidden="true">
            <path d={iconOf(shape, 32, 16)} />
          </svg>
          <small>{SHAPE_NAMES[shape]}</small>
        </Key>
      ))}
    </KeyGroup>
  );
}

function Deck({ instrument, description, output, parameter, entry, chooseOutput, chooseParameter }: DeckProps) {
  const wanted = instrument.settings.wanted;
  const shape = outputOf(description, wanted, output)?.shape;
  const limits = rangeOf(description, wanted, parameter, output);
  const name = nameOf(parameter, output);
  return (
    <>
      <WaveformKeys instrument={instrument} output={output} />
      <div class="generator-middle">
        <KeyGroup legend="Parameter" kind="parameter-keys">
          {PARAMETERS.map((one) => (
            <Key
              key={one}
              isOn={one === parameter}
              isLocked={shape !== undefined && !hasParameter(shape, one)}
              onPress={() => chooseParameter(one)}
            >
              {TITLES[one]}
            </Key>
          ))}
        </KeyGroup>
        {limits ? (
          <Dial
            key={name}
            {...{ instrument, name, entry }}
            limits={{ ...limits, title: `${TITLES[parameter]} ${output}` }}
            size="large"
          />
        ) : null}
      </div>
      <div class="groups">
        <KeyGroup legend="Show" kind="channels">
          {OUTPUTS.map((one) => (
            <Key key={one} isOn={one === output} label={`Show output ${one}`} onPress={() => chooseOutput(one)}>
              {one}
            </Key>
          ))}
        </KeyGroup>
        <KeyGroup legend="Load" kind="load">
          <SwitchKey
            instrument={instrument}
            name={nameOf("load", output)}
            values={["50", "open"]}
            label={`High Z, output ${output}`}
          >
            High Z
          </SwitchKey>
        </KeyGroup>
        <KeyGroup legend="Output" kind="output">
          {OUTPUTS.map((one) => (
            <SwitchKey key={one} instrument={instrument} name={nameOf("output", one)} tone="output">
              {`Output ${one}`}
            </SwitchKey>
          ))}
        </KeyGroup>
      </div>
    </>
  );
}

/** The front panel of a function generator with two outputs: one large knob for the parameter that is chosen. */
export function GeneratorPanel({ instrument, description }: GeneratorProps) {
  const entry = useMemo(createEntry, []);
  const [output, chooseOutput] = useState<OutputNumber>(1);
  const [parameter, chooseParameter] = useState<Parameter>("frequency");
  const props = { instrument, description, output, parameter };
  return (
    <Housing
      id={instrument.id}
      kind="function-generator"
      announced={instrument.announced.value}
      screen={
        <>
          <Screen {...props} />
          <EntryLine instrument={instrument} entry={entry} />
        </>
      }
      deck={<Deck {...props} {...{ entry, chooseOutput, chooseParameter }} />}
    />
  );
}
