import { useState } from "preact/hooks";
import { textOfFault } from "../../shared/instruments/asking.ts";
import { INSTANCE } from "../../shared/instruments/wire.ts";
import type { Simulators } from "../net/simulators.ts";

const LOCAL_PORT = "4010";
/** The command that starts instruments for this relay. */
function commandFor({ host, hostname, port, protocol }: Location): string {
  const isDefault = hostname === "localhost" && port === LOCAL_PORT;
  return `npx achex demo instruments${isDefault ? "" : ` ${protocol === "https:" ? "wss" : "ws"}://${host}/${INSTANCE}`}`;
}

/** No instrument is there: how to start some, on a machine or in this page. */
export function Start({ simulators }: { readonly simulators: Simulators }) {
  const [problem, setProblem] = useState("");
  const [isBusy, setBusy] = useState(false);
  const start = async () => {
    setBusy(true);
    setProblem("");
    try {
      await simulators.start(`${location.origin.replace(/^http/, "ws")}/${INSTANCE}`);
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
        <code>{commandFor(location)}</code>
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
