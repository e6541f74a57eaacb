import { useState } from "preact/hooks";
import { textOfFault } from "../../shared/instruments/asking.ts";
import { Simulators } from "../../shared/instruments/simulators.ts";
import { instrumentsUrl, startCommand } from "../../shared/instruments/start-command.ts";

/** They go on when their panels are shown. */
const simulators = new Simulators();

/** No instrument is there: how to start some, on a machine or in this page. */
export function Start() {
  const [problem, setProblem] = useState("");
  const [isBusy, setBusy] = useState(false);
  const start = async () => {
    setBusy(true);
    setProblem("");
    try {
      await simulators.start(instrumentsUrl(location));
    } catch (error) {
      setProblem(textOfFault(error));
    }
    setBusy(false);
  };
  return (
    <section class="start-panel stack">
      <h2>No instrument is online</h2>
      <p>Start some on any machine that reaches this relay:</p>
      <pre class="code">
        <code>{startCommand(location)}</code>
      </pre>
      <p>Or start simulated ones in this page. They end when you close it.</p>
      <div class="cluster">
        <button type="button" class="button primary" disabled={isBusy} onClick={() => void start()}>
          Start simulated instruments
        </button>
        <span role="status" class="bad">
          {problem}
        </span>
      </div>
      <p class="small">
        A real instrument appears here as soon as it joins. <a href="/instruments">Instruments</a> describes the frames
        it sends.
      </p>
    </section>
  );
}
