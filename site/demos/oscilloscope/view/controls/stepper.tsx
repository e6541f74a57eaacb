import { useState } from "preact/hooks";
import { formatText, parseTyped } from "../../../shared/instruments/format.ts";
import type { NumberLimits } from "../../../shared/instruments/wire.ts";
import { nextStep } from "../../signal/steps.ts";

interface StepperProps {
  readonly label: string;
  readonly limits: Pick<NumberLimits, "min" | "max" | "unit">;
  readonly value: number;
  /** What one press changes; by default the next of 1, 2, 5, 10 … */
  readonly step?: number;
  readonly digits?: number;
  readonly isPending?: boolean;
  readonly onChange: (value: number) => void;
}

const bounded = (value: number, { min, max }: Pick<NumberLimits, "min" | "max">): number =>
  Number(Math.max(min, Math.min(max, value)).toPrecision(9));

/** A value with a key to each side, which can also be typed: `250m`, `1.5 kHz`. Arrow keys turn it. */
export function Stepper({ label, limits, value, step, digits = 3, isPending = false, onChange }: StepperProps) {
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
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter") confirm();
    else if (event.key === "Escape") setTyped(undefined);
    else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      event.preventDefault();
      turn(event.key === "ArrowUp" ? 1 : -1);
    }
  };
  const text = formatText(value, limits.unit, digits);
  return (
    <div class={isPending ? "stepper pending" : "stepper"}>
      <span class="stepper-label">{label}</span>
      <button type="button" class="scope-key" aria-label={`${label}: less`} onClick={() => turn(-1)}>
        −
      </button>
      <input
        class="inst-value"
        type="text"
        role="spinbutton"
        inputMode="decimal"
        autocomplete="off"
        aria-label={label}
        aria-valuenow={value}
        aria-valuemin={limits.min}
        aria-valuemax={limits.max}
        aria-valuetext={isPending ? `${text}, not confirmed` : text}
        value={typed ?? text}
        onFocus={({ currentTarget }) => currentTarget.select()}
        onInput={({ currentTarget }) => setTyped(currentTarget.value)}
        onBlur={confirm}
        onKeyDown={onKeyDown}
      />
      <button type="button" class="scope-key" aria-label={`${label}: more`} onClick={() => turn(1)}>
        +
      </button>
    </div>
  );
}
