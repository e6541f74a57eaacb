import { useState } from "preact/hooks";
import { Knob } from "../../../panels/controls/knob.tsx";
import { formatText, parseTyped } from "../../../shared/instruments/format.ts";
import type { NumberLimits } from "../../../shared/instruments/wire.ts";
import { indexOf, nextStep, stepAt } from "../../signal/steps.ts";

interface StepperProps {
  readonly label: string;
  readonly limits: Pick<NumberLimits, "min" | "max" | "unit">;
  readonly value: number;
  /** What one press changes; by default the next of 1, 2, 5, 10 … */
  readonly step?: number;
  readonly digits?: number;
  readonly isPending?: boolean;
  /** With a knob above, for what is turned often; `reach` is how far it turns to both sides of a value with equal steps. */
  readonly knob?: { readonly reach?: number };
  readonly onChange: (value: number) => void;
}

const bounded = (value: number, { min, max }: Pick<NumberLimits, "min" | "max">): number =>
  Number(Math.max(min, Math.min(max, value)).toPrecision(9));

/** In billionths: an exponent, as 10 ns would have, is not allowed in these attributes. The text is what is read aloud. */
const billionths = (value: number): number => Math.round(value * 1e9);

/** What the knob turns through: the steps 1, 2, 5 … by their number, or the surroundings of a value with equal steps. */
function knobRange({ min, max }: StepperProps["limits"], value: number, step: number | undefined, reach = max - min) {
  if (step === undefined) return { min: indexOf(min), max: indexOf(max), step: 1 };
  const middle = Math.round(value / reach) * reach;
  return { min: Math.max(min, middle - reach), max: Math.min(max, middle + reach), step: step / 5 };
}

interface FieldProps extends Pick<StepperProps, "label" | "limits" | "value" | "isPending"> {
  readonly text: string;
  readonly typed: string | undefined;
  readonly onType: (text: string | undefined) => void;
  readonly onConfirm: () => void;
  readonly onArrow: (direction: 1 | -1) => void;
}

/** The value as a field: Enter confirms what was typed, Escape discards it, arrows turn. */
function Field({ label, limits, value, isPending, text, typed, onType, onConfirm, onArrow }: FieldProps) {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter") onConfirm();
    else if (event.key === "Escape") onType(undefined);
    else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      event.preventDefault();
      onArrow(event.key === "ArrowUp" ? 1 : -1);
    }
  };
  return (
    <input
      class="inst-value"
      type="text"
      role="spinbutton"
      inputMode="decimal"
      autocomplete="off"
      aria-label={label}
      aria-valuenow={billionths(value)}
      aria-valuemin={billionths(limits.min)}
      aria-valuemax={billionths(limits.max)}
      aria-valuetext={isPending ? `${text}, not confirmed` : text}
      value={typed ?? text}
      onFocus={({ currentTarget }) => currentTarget.select()}
      onInput={({ currentTarget }) => onType(currentTarget.value)}
      onBlur={onConfirm}
      onKeyDown={onKeyDown}
    />
  );
}

/** A value with a key to each side, which can also be typed: `250m`, `1.5 kHz`. Arrow keys turn it. */
export function Stepper(props: StepperProps) {
  const { label, limits, value, step, digits = 3, isPending = false, knob, onChange } = props;
  const [typed, setTyped] = useState<string | undefined>(undefined);
  const turn = (direction: 1 | -1) => {
    const next = step === undefined ? nextStep(value, direction, limits) : value + direction * step;
    onChange(bounded(next, limits));
  };
  const confirm = () => {
    const parsed = typed === undefined ? undefined : parseTyped(typed, limits.unit);
    setTyped(undefined);
    if (parsed !== undefined) onChange(bounded(parsed, limits));
  };
  const text = formatText(value, limits.unit, digits);
  return (
    <div class={isPending ? "stepper pending" : "stepper"}>
      <span class="stepper-label">{label}</span>
      {knob ? (
        <Knob
          label={`${label} knob`}
          range={knobRange(limits, value, step, knob.reach)}
          value={step === undefined ? indexOf(value) : value}
          valueText={text}
          isPending={isPending}
          isLocked={false}
          digit={step ?? 1}
          size="small"
          onTurn={(next) => onChange(bounded(step === undefined ? stepAt(next) : next, limits))}
          onType={setTyped}
        />
      ) : null}
      <button type="button" class="scope-key" aria-label={`${label}: less`} onClick={() => turn(-1)}>
        −
      </button>
      <Field
        {...{ label, limits, value, isPending, text, typed }}
        onType={setTyped}
        onConfirm={confirm}
        onArrow={turn}
      />
      <button type="button" class="scope-key" aria-label={`${label}: more`} onClick={() => turn(1)}>
        +
      </button>
    </div>
  );
}
