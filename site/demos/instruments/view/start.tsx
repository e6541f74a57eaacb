import { useState } from "preact/hooks";
import { textOfFault } from "../../shared/instruments/asking.ts";
import type { Simulators } from "../../shared/instruments/simulators.ts";
import { instrumentsUrl, startCommand } from "../../shared/instruments/start-command.ts";

/** No instrument is there: how to start some, on a machine or in this page. */
export function Start({ simulators }: { readonly simulators: Simulators }) {
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
    <section class="wall-start stack">
      <h2>No instrument is online</h2>
      <p>Start six simulated ones, each in a process of its own, on any machine that reaches this relay:</p>
      <pre class="code">
        <code>{startCommand(location)}</code>
      </pre>
      <p>Or start them in this page. Everybody who has the wall open sees them, until you close it.</p>
      <div class="cluster">
        <button type="button" class="button primary" disabled={isBusy} onClick={() => void start()}>
          Start simulated instruments
        </button>
        <span role="status" class="bad">
          {problem}
        </span>
      </div>
      <p class="small">
        A real instrument appears here as soon as it joins. <a href="/instruments">Instruments</a> describes what it
        sends, in any language.
      </p>
    </section>
  );
}
