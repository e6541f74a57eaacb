import { Simulators } from "../../shared/instruments/simulators.ts";
import { startCommand } from "../../shared/instruments/start-command.ts";
import { StartSimulators } from "../../shared/instruments/start-simulators.tsx";

/** They go on when their panels are shown. */
const simulators = new Simulators();

/** No instrument is there: how to start some, on a machine or in this page. */
export function Start() {
  return (
    <section class="start-panel stack">
      <h2>No instrument is online</h2>
      <p>Start some on any machine that reaches this relay:</p>
      <pre class="code">
        <code>{startCommand(location)}</code>
      </pre>
      <p>Or start simulated ones in this page. They end when you close it.</p>
      <StartSimulators simulators={simulators} />
      <p class="small">
        A real instrument appears here as soon as it joins. <a href="/instruments">Instruments</a> describes the frames
        it sends.
      </p>
    </section>
  );
}
