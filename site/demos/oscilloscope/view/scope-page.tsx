import { ControlBar } from "../../panels/view/control-bar.tsx";
import { AccountForm } from "../../shared/shell/account-form.tsx";
import { AppShell } from "../../shared/shell/app-shell.tsx";
import type { ScopeApp } from "../app.ts";
import { Controls } from "./controls/controls.tsx";
import { HELP, Help } from "./help.tsx";
import { Readouts } from "./readouts.tsx";
import type { Scope } from "./scope.ts";
import { Screen } from "./screen/screen.tsx";
import { SourceBar } from "./source-bar.tsx";

function Bench({ app, scope }: { readonly app: ScopeApp; readonly scope: Scope }) {
  const { problem } = scope.source;
  return (
    <div class="scope">
      <section class="scope-front" aria-label="Screen">
        <Screen scope={scope} />
        <Readouts scope={scope} />
      </section>
      <Controls app={app} scope={scope} />
      <p class="scope-problem" role="status">
        {problem.value}
      </p>
    </div>
  );
}

/** The page of the oscilloscope. */
export function ScopePage({ app }: { readonly app: ScopeApp }) {
  const scope = app.scope.value;
  const refusal = app.refusal.value;
  return (
    <AppShell title="Oscilloscope" connection={app.connection.value} help={HELP}>
      <main class="scope-ground" id="main" tabIndex={-1}>
        <h1 class="visually-hidden">Oscilloscope</h1>
        {refusal ? (
          <div class="scope-start stack">
            <p class="note bad" role="alert">
              {`The relay did not let you in. ${refusal.message} ${refusal.remedy}`.trim()}
            </p>
            <AccountForm logIn={(account) => void app.start(account)} />
          </div>
        ) : (
          <>
            <SourceBar app={app} />
            {app.control.value ? <ControlBar control={app.control.value} /> : null}
            {scope ? <Bench key={scope.source.id} app={app} scope={scope} /> : <Help app={app} />}
          </>
        )}
      </main>
    </AppShell>
  );
}
