import type { Scope } from "./scope.ts";

/** Waveforms per second, and those that are missing. */
export function IntakeState({ scope }: { readonly scope: Scope }) {
  const { rate } = scope.readout.value;
  // Read with the readout, which changes four times a second.
  const { taken, missed, skipped, ignored, reason } = scope.intake.counts;
  const lost = missed + skipped;
  return (
    <>
      <span class="scope-rate inst-value" data-taken={taken} data-missed={missed} data-skipped={skipped}>
        {`${Math.round(rate)} waveforms/s`}
        {lost > 0 ? `, ${lost} of ${taken + lost} dropped` : ""}
      </span>
      {ignored > 0 ? (
        <span class="scope-ignored" data-ignored={ignored}>
          {`${ignored} messages ignored: ${reason}`}
        </span>
      ) : null}
    </>
  );
}
