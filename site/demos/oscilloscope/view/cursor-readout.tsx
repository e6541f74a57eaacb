import { formatText } from "../../shared/instruments/format.ts";
import { cursorValues } from "./cursors.ts";
import type { Scope } from "./scope.ts";

/** Where the cursors are, and what is between them. */
export function CursorReadout({ scope }: { readonly scope: Scope }) {
  const { mode } = scope.options.value.cursors;
  scope.source.settings.value;
  scope.readout.value;
  if (mode === "off") return null;
  const { x, y } = cursorValues(scope);
  const pair = (name: string, [one, other]: readonly [number, number], unit: string) => (
    <>
      <dt>{`${name}1`}</dt>
      <dd>{formatText(one, unit)}</dd>
      <dt>{`${name}2`}</dt>
      <dd>{formatText(other, unit)}</dd>
      <dt>{`Δ${name}`}</dt>
      <dd data-cursor={`delta-${name}`}>{formatText(other - one, unit)}</dd>
    </>
  );
  const isTime = x.unit === "s" && x.values[0] !== x.values[1];
  return (
    <dl class="scope-cursors inst-value" aria-label="Cursors">
      {mode === "voltage" ? null : pair("X", x.values, x.unit)}
      {mode !== "voltage" && isTime ? (
        <>
          <dt>1/ΔX</dt>
          <dd>{formatText(1 / Math.abs(x.values[1] - x.values[0]), "Hz")}</dd>
        </>
      ) : null}
      {mode === "time" ? null : pair("Y", y.values, y.unit)}
    </dl>
  );
}
