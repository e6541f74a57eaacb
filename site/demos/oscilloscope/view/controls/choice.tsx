interface ChoiceProps<Value extends string | number> {
  readonly label: string;
  readonly value: Value;
  readonly values: readonly (readonly [value: Value, text: string])[];
  readonly isPending?: boolean;
  readonly onChange: (value: Value) => void;
}

/** One of a few: a row of keys, of which one is lit. */
export function Choice<Value extends string | number>({
  label,
  value,
  values,
  isPending,
  onChange,
}: ChoiceProps<Value>) {
  return (
    <fieldset class={isPending ? "choice pending" : "choice"}>
      <legend class="stepper-label">{label}</legend>
      <span class="choice-keys">
        {values.map(([one, text]) => (
          <button key={one} type="button" class="scope-key" aria-pressed={one === value} onClick={() => onChange(one)}>
            {text}
          </button>
        ))}
      </span>
    </fieldset>
  );
}

/** One of many, as a list to choose from. */
export function Select<Value extends string | number>({ label, value, values, onChange }: ChoiceProps<Value>) {
  return (
    <label class="scope-select">
      <span class="stepper-label">{label}</span>
      <select
        value={String(value)}
        onChange={({ currentTarget }) => {
          const chosen = values[currentTarget.selectedIndex];
          if (chosen) onChange(chosen[0]);
        }}
      >
        {values.map(([one, text]) => (
          <option key={one} value={String(one)}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
