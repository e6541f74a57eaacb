import type { Scope } from "../scope.ts";
import { Choice } from "./choice.tsx";
import { Stepper } from "./stepper.tsx";

interface SettingProps {
  readonly scope: Scope;
  /** As docs/instruments.md names it. */
  readonly name: string;
  readonly label: string;
  /** For numbers: what one press changes; by default the next of 1, 2, 5, 10 … */
  readonly step?: number;
  /** For numbers: with a knob, and how far that turns. */
  readonly knob?: { readonly reach?: number };
  /** For choices: the texts of the values, in this order. */
  readonly texts?: Readonly<Record<string, string>>;
}

/** A setting of the instrument as keys. Nothing if the instrument does not have it. */
export function Setting({ scope, name, label, step, knob, texts = {} }: SettingProps) {
  const { source } = scope;
  const limits = source.limits.value[name];
  const value = source.settings.value[name];
  const isPending = source.unconfirmed.value.has(name);
  if (!limits || value === undefined) return null;
  const change = (next: string | number) => source.change({ [name]: next });
  if (!("values" in limits)) {
    if (typeof value !== "number") return null;
    return (
      <Stepper
        {...{ label, limits, value, isPending }}
        {...(step !== undefined && { step })}
        {...(knob && { knob })}
        onChange={change}
      />
    );
  }
  const values = limits.values.filter((one) => typeof one === "string");
  return (
    <Choice
      {...{ label, isPending }}
      value={String(value)}
      values={values.map((one) => [one, (Object.hasOwn(texts, one) ? texts[one] : undefined) ?? one] as const)}
      onChange={change}
    />
  );
}
