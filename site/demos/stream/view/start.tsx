import { AccountForm } from "../../shared/shell/account-form.tsx";
import { CodeForm } from "../../shared/shell/code-form.tsx";
import { CoverPicture } from "../../shared/shell/start-screen.tsx";
import type { StreamApp } from "../app.ts";
import type { SourceKind } from "../sources/source.ts";
import { tagline, title } from "../texts.ts";

const CHOICES: readonly { readonly kind: SourceKind; readonly label: string; readonly text: string }[] = [
  { kind: "generator", label: "Waveforms", text: "Sine, square, noise and others, up to 10,000 rows per second." },
  { kind: "motion", label: "Motion sensors", text: "Acceleration and rotation of this phone or tablet." },
  {
    kind: "microphone",
    label: "Microphone spectrum",
    text: "How loud each octave is, 50 times per second. The sound itself stays here.",
  },
];

/** Before a stream: publish one, or watch one. */
export function Start({ app }: { readonly app: StreamApp }) {
  const busy = app.busy.value;
  const address = location.host;
  return (
    <main class="start-screen" id="main" tabindex={-1}>
      <div class="stack">
        <h1>{title}</h1>
        <p class="lead">{tagline}</p>
        {app.problem.value === "" ? null : (
          <p class="note warn" role="alert">
            {app.problem.value}
          </p>
        )}
        {app.needsAccount.value ? <AccountForm logIn={(account) => void app.start(account)} /> : null}
        <h2>Publish from this page</h2>
        <ul class="stream-sources">
          {CHOICES.map(({ kind, label, text }) => (
            <li key={kind}>
              <button type="button" class="button" disabled={busy !== ""} onClick={() => app.publish(kind)}>
                {label}
              </button>
              <span class="muted small">{text}</span>
            </li>
          ))}
        </ul>
        <p class="muted small" role="status">
          {busy === "" ? "Others can watch under a code that you get." : `${busy}…`}
        </p>
        <CoverPicture />
      </div>
      <div class="card stack">
        <h2>Watch</h2>
        <CodeForm label="Stream code" action="Watch" submit={(code) => void app.watch(code)} />
        <h2>Publish from a script</h2>
        <p class="small">
          The command line reads CSV, whose first line has the names, or one JSON object per line. It prints the code.
        </p>
        <pre class="code small stream-command">
          <code>{`my-program | npx achex send \\\n  ${address} --as me --stream`}</code>
        </pre>
        <p class="small">
          <a href="/streaming">Data streaming</a> describes the messages, for programs in any language.
        </p>
      </div>
    </main>
  );
}
