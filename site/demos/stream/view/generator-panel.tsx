import { RATES, WAVEFORMS } from "../rules/waveforms.ts";
import type { GeneratorSource } from "../sources/generator.ts";

const FREQUENCIES = [0.1, 0.2, 0.5, 1, 2, 5, 10, 50] as const;
const NOISES = [0, 0.02, 0.1, 0.3] as const;

interface ChoiceProps {
  readonly label: string;
  readonly options: readonly number[];
  readonly text: (option: number) => string;
  readonly value: number;
  readonly change: (value: number) => void;
}

const Choice = ({ label, options, text, value, change }: ChoiceProps) => (
  <label class="field">
    <span>{label}</span>
    <select value={String(value)} onChange={({ currentTarget }) => change(Number(currentTarget.value))}>
      {options.map((option) => (
        <option key={option} value={String(option)}>
          {text(option)}
        </option>
      ))}
    </select>
  </label>
);

/** What the generator of this page publishes. */
export function GeneratorPanel({ source }: { readonly source: GeneratorSource }) {
  const { waveforms, frequency, rate, noise } = source.settings.value;
  return (
    <section class="stream-generator" aria-label="Generator">
      <fieldset>
        <legend>Waveforms</legend>
        {WAVEFORMS.map((waveform) => (
          <label key={waveform} class="check small">
            <input
              type="checkbox"
              checked={waveforms.includes(waveform)}
              onChange={({ currentTarget: { checked } }) =>
                source.change({
                  waveforms: WAVEFORMS.filter((one) => (one === waveform ? checked : waveforms.includes(one))),
                })
              }
            />
            {waveform}
          </label>
        ))}
      </fieldset>
      <Choice
        label="Frequency"
        options={FREQUENCIES}
        text={(hertz) => `${hertz} Hz`}
        value={frequency}
        change={(value) => source.change({ frequency: value })}
      />
      <Choice
        label="Rows per second"
        options={RATES}
        text={(count) => count.toLocaleString("en")}
        value={rate}
        change={(value) => source.change({ rate: value })}
      />
      <Choice
        label="Noise"
        options={NOISES}
        text={(part) => `${Math.round(part * 100)} %`}
        value={noise}
        change={(value) => source.change({ noise: value })}
      />
    </section>
  );
}
