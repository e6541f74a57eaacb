import type { Simulators } from "../../shared/instruments/simulators.ts";
import { startCommand } from "../../shared/instruments/start-command.ts";
import { StartSimulators } from "../../shared/instruments/start-simulators.tsx";

/** No instrument is there: how to start some, on a machine or in this page. */
export function Start({ simulators }: { readonly simulators: Simulators }) {
  return (
    <section class="wall-start stack">
      <h2>No instrument is online</h2>
      <p>Start six simulated ones, each in a process of its own, on any machine that reaches this relay:</p>
      <pre class="code">
        <code>{startCommand(location)}</code>
      </pre>
      <p>Or start them in this page. Everybody who has the wall open sees them, until you close it.</p>
      <StartSimulators simulators={simulators} />
      <p class="small">
        A real instrument appears here as soon as it joins. <a href="/instruments">Instruments</a> describes what it
        sends, in any language.
      </p>
    </section>
  );
}
