import { useState } from "preact/hooks";
import { ShareLink } from "../../shared/shell/share.tsx";
import type { FilesApp } from "../app.ts";
import { Device, Line } from "./device.tsx";

function JoinForm({ app }: { readonly app: FilesApp }) {
  const [text, setText] = useState("");
  return (
    <form
      class="join-form"
      onSubmit={(event) => {
        event.preventDefault();
        void app.join(text);
      }}
    >
      <label class="field">
        <span>Code or link of the other device</span>
        <input
          class="mono"
          value={text}
          autocomplete="off"
          spellcheck={false}
          placeholder="K7BQ2"
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
      </label>
      <button type="submit" class="button">
        Join
      </button>
    </form>
  );
}

/** How the other device gets here: QR code, link, code; and how this one gets there. */
export const Invite = ({ app }: { readonly app: FilesApp }) => (
  <div class="invite">
    <div class="card stack invitation">
      <h2>Open this on the other device</h2>
      <p class="room-code">
        <span class="muted small">Room code</span>
        <strong>{app.code.value}</strong>
      </p>
      <ShareLink link={app.link.value} />
      <p class="muted small">
        The link has a secret that is never sent to the relay. With the code alone, you compare seven emoji.
      </p>
    </div>
    <div class="card stack">
      <h2>Or go there</h2>
      <JoinForm app={app} />
      <p class="muted small">In a terminal:</p>
      <pre class="command">
        <code>{`npx achex files send FILE --to '${app.link.value}'\nnpx achex files receive '${app.link.value}'`}</code>
      </pre>
    </div>
  </div>
);

export const Nobody = ({ app }: { readonly app: FilesApp }) => (
  <div class="between" role="img" aria-label="No other device is here yet">
    <Device kind={app.kind} name={app.name.value} />
    <Line kind="open" flow="none" />
    <span class="device muted">
      <svg viewBox="0 0 48 48" aria-hidden="true">
        <path d="M8 9h32v22H8Z" fill="none" stroke="currentColor" stroke-width="2" stroke-dasharray="3 4" />
      </svg>
      <span>Nobody yet</span>
    </span>
  </div>
);
