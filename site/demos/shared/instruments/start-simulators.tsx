import { useState } from "preact/hooks";
import { textOfFault } from "./asking.ts";
import type { Simulators } from "./simulators.ts";
import { instrumentsUrl } from "./start-command.ts";

/** The button that starts simulated instruments in this page, and why it failed. */
export function StartSimulators({ simulators }: { readonly simulators: Simulators }) {
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
    <div class="cluster">
      <button type="button" class="button primary" disabled={isBusy} onClick={() => void start()}>
        Start simulated instruments
      </button>
      <span role="status" class="bad">
        {problem}
      </span>
    </div>
  );
}
