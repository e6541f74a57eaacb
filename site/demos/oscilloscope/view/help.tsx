import type { ScopeApp } from "../app.ts";

export const HELP = [
  "The instrument captures. Its settings are the same for everybody who watches: volts and time per division, trigger, run and stop.",
  "Averages, persistence, cursors, mathematics and references are yours. Switch on “Share my view” to let others follow them.",
  "Space runs and stops, S captures once, A finds the signal. Arrow keys turn the control that has the focus.",
  "Drag the marks at the edge of the screen: 1 and 2 are 0 V of the channels, T is the trigger. Drag cursors with mouse or finger.",
  "M reads the measurements aloud for screen readers.",
] as const;

/** What to do while no instrument sends waveforms. */
export function Help({ app }: { readonly app: ScopeApp }) {
  if (!app.isKnown.value)
    return (
      <p class="scope-start muted" role="status">
        Looking for instruments…
      </p>
    );
  return (
    <section class="scope-start stack" aria-labelledby="no-instrument">
      <h2 id="no-instrument">No instrument sends waveforms</h2>
      <p>Start a function generator on this machine. The page shows it as soon as it is there:</p>
      <pre class="scope-command">
        <code>achex demo instrument function-generator</code>
      </pre>
      <p>Or try it without:</p>
      <div class="cluster">
        <button type="button" class="button primary" onClick={() => void app.simulate()}>
          Simulate a generator in this page
        </button>
        <button type="button" class="button" onClick={() => void app.listen()}>
          Use the microphone
        </button>
      </div>
      <p class="muted small">
        An instrument of your own joins as <a href="/instruments">the description of their frames</a> says, in any
        language.
      </p>
    </section>
  );
}
