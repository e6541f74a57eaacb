import type { ComponentChildren } from "preact";
import { Key } from "../controls/key.tsx";
import type { OpenInstrument } from "../net/open-instrument.ts";

interface SwitchKeyProps {
  readonly instrument: OpenInstrument;
  readonly name: string;
  readonly children: ComponentChildren;
  readonly label?: string;
  readonly tone?: "output" | "alarm";
  /** What the key switches between; default off and on. */
  readonly values?: readonly [off: string | boolean, on: string | boolean];
}

/** A lit key for a setting with two values. */
export function SwitchKey({ instrument, name, children, label, tone, values = [false, true] }: SwitchKeyProps) {
  const { value, isPending } = instrument.settings.shown(name);
  const isOn = value === values[1];
  return (
    <Key
      isOn={isOn}
      isPending={isPending}
      isLocked={instrument.isLocked}
      {...(label !== undefined && { label })}
      {...(tone && { tone })}
      onPress={() => {
        if (!instrument.refuses(name)) instrument.settings.want(name, isOn ? values[0] : values[1]);
      }}
    >
      {children}
    </Key>
  );
}
