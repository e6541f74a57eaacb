import type { Signal } from "@preact/signals";
import { useState } from "preact/hooks";
import type { NumberLimits } from "../../shared/instruments/wire.ts";
import { Digits } from "../controls/digits.tsx";
import { Knob } from "../controls/knob.tsx";
import type { OpenInstrument } from "../net/open-instrument.ts";
import { readoutOf, textOfValue } from "../rules/readout.ts";
import { otherDigit, usualDigit } from "../rules/scale.ts";
import type { Entry } from "./entry.ts";

interface DialProps {
  readonly instrument: OpenInstrument;
  readonly name: string;
  /** The limits of the setting, or what is possible of them at the moment. */
  readonly limits: NumberLimits;
  readonly entry: Signal<Entry | undefined>;
  readonly size?: "large" | "normal" | "small";
}

/** Moves the digit that arrows and the wheel change, as the two keys under a knob do. */
function DigitKeys({ limits, digit, choose }: { limits: NumberLimits; digit: number; choose: (to: number) => void }) {
  const arrow = (factor: 10 | 0.1, label: string, face: string) => (
    <button
      type="button"
      class="key tiny"
      aria-label={`${limits.title}: ${label} digit`}
      disabled={otherDigit(limits, digit, factor) === digit}
      onClick={() => choose(otherDigit(limits, digit, factor))}
    >
      {face}
    </button>
  );
  return (
    <span class="digit-keys">
      {arrow(10, "larger", "◂")}
      {arrow(0.1, "smaller", "▸")}
    </span>
  );
}

/** A knob with its readout, which opens the line for numbers. */
export function Dial({ instrument, name, limits, entry, size = "normal" }: DialProps) {
  const [chosen, choose] = useState<number | undefined>(undefined);
  const { value, isPending } = instrument.settings.shown(name);
  if (typeof value !== "number") return <p class="dial-missing">{`${limits.title}: – – –`}</p>;
  const digit = chosen ?? usualDigit(limits, value);
  const text = textOfValue(limits, value);
  const type = (typed: string) => {
    if (instrument.refuses(name)) return;
    entry.value = { name, limits, text: typed, returnTo: document.activeElement };
  };
  return (
    <div class={`dial ${size}`} data-setting={name} data-pending={isPending || undefined}>
      <span class="dial-title">{limits.title}</span>
      <Knob
        label={limits.title}
        range={limits}
        value={value}
        valueText={isPending ? `${text}, not confirmed` : text}
        isPending={isPending}
        isLocked={instrument.isLocked}
        digit={digit}
        size={size}
        onTurn={(next) => {
          if (!instrument.refuses(name)) instrument.settings.want(name, next);
        }}
        onType={type}
      />
      <button
        type="button"
        class="dial-readout"
        aria-label={`${limits.title}, ${text}. Type a value`}
        onClick={() => type("")}
      >
        <Digits readout={readoutOf(limits, value, digit)} isPending={isPending} />
      </button>
      <DigitKeys limits={limits} digit={digit} choose={choose} />
    </div>
  );
}
