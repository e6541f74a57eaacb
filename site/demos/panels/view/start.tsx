import { useRef, useState } from "preact/hooks";
import { textOfFault } from "../../shared/instruments/asking.ts";
import { SimulatedInstruments } from "../../shared/instruments/simulated.ts";
import { INSTANCE } from "../../shared/instruments/wire.ts";
import type { PanelsApp } from "../net/panels-app.ts";

const LOCAL_PORT = "4010";

const simulated = new SimulatedInstruments();

/** The command that starts instruments for this relay. */
function commandFor({ host, hostname, port, protocol }: Location): string {
  const isDefault = hostname === "localhost" && port === LOCAL_PORT;
  const address = isDefault ? "" : ` ${protocol === "https:" ? "wss" : "ws"}://${host}/${INSTANCE}`;
  return `npx achex demo instruments${address}`;
}

/** No instrument is there: how to start some, on a machine or in this page. */
export function Start({ app }: { readonly app: PanelsApp }) {
  const [problem, setProblem] = useState("");
  const [isBusy, setBusy] = useState(false);
  const start = async () => {
    setBusy(true);
    setProblem("");
    try {
      const url = `${location.origin.replace(/^http/, "ws")}/${INSTANCE}`;
      const [first] = await simulated.start(url, ["power-supply", "function-generator"]);
      if (first !== undefined) app.show(first);
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
        <code>{commandFor(location)}</code>
      </pre>
      <p>Or start a simulated power supply and a function generator in this page. They end when you close it.</p>
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

/** For relays where only accounts may log in, or where names are claimed with a password. */
export function LogIn({ app }: { readonly app: PanelsApp }) {
  const name = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  return (
    <form
      class="start-panel stack"
      onSubmit={(event) => {
        event.preventDefault();
        void app.start({ name: name.current?.value ?? "", passwd: password.current?.value ?? "" });
      }}
    >
      <h2>Log in to the relay</h2>
      <p class="note warn">{app.refusal.value}</p>
      <label class="field">
        <span>Account</span>
        <input ref={name} autocomplete="username" spellcheck={false} required />
      </label>
      <label class="field">
        <span>Password</span>
        <input ref={password} type="password" autocomplete="current-password" required />
      </label>
      <button type="submit" class="button primary">
        Log in
      </button>
    </form>
  );
}
