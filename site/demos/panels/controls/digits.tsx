import type { Readout } from "../rules/readout.ts";

interface DigitsProps {
  readonly readout: Readout;
  readonly isPending?: boolean;
}

/** Digits on a screen. Hollow ones have not been confirmed by the instrument. */
export const Digits = ({ readout: { before, digit, after, unit }, isPending = false }: DigitsProps) => (
  <span class={isPending ? "inst-value digits hollow" : "inst-value digits"}>
    {before}
    {digit === "" ? null : <u>{digit}</u>}
    {after}
    {unit === "" ? null : <span class="inst-unit">{`\u2009${unit}`}</span>}
  </span>
);
