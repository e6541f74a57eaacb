import type { Signal } from "@preact/signals";
import { dialects, type Setup, setDialect, setPath } from "../model/setup.ts";
import type { Client } from "../state/client.ts";
import { Status, Warnings } from "./status.tsx";

interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly class?: string;
  readonly placeholder?: string;
}

const plain = { autocomplete: "off", autocapitalize: "off", spellcheck: false } as const;

function TextField({ label, value, onInput, ...rest }: TextFieldProps) {
  return (
    <label class={`field ${rest.class ?? ""}`}>
      <span>{label}</span>
      <input
        {...plain}
        type="text"
        value={value}
        placeholder={rest.placeholder ?? ""}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </label>
  );
}

function PasswordField({ value }: { readonly value: Signal<string> }) {
  return (
    <label class="field">
      <span>Password</span>
      <input
        {...plain}
        type="password"
        value={value.value}
        onInput={(event) => {
          value.value = event.currentTarget.value;
        }}
      />
    </label>
  );
}

const changing =
  (setup: Signal<Setup>, key: "server" | "protocol" | "name") =>
  (value: string): void => {
    setup.value = { ...setup.value, [key]: value };
  };

function DialectField({ client }: { readonly client: Client }) {
  const { setup } = client;
  return (
    <label class="field">
      <span>Dialect</span>
      <select
        value={setup.value.dialect}
        onChange={(event) => {
          const dialect = dialects.find((one) => one === event.currentTarget.value);
          if (dialect !== undefined) setup.value = setDialect(setup.value, dialect);
        }}
      >
        {dialects.map((dialect) => (
          <option key={dialect} value={dialect}>
            {dialect}
          </option>
        ))}
      </select>
    </label>
  );
}

function Fields({ client }: { readonly client: Client }) {
  const { setup } = client;
  const { server, path, protocol, name, dialect } = setup.value;
  return (
    <div class="setup">
      <TextField
        label="Server"
        class="server"
        value={server}
        onInput={changing(setup, "server")}
        placeholder="host:port"
      />
      <TextField
        label="Path"
        value={path}
        onInput={(value) => {
          setup.value = setPath(setup.value, value);
        }}
      />
      <DialectField client={client} />
      <TextField label="Name" value={name} onInput={changing(setup, "name")} placeholder="none (no login)" />
      <PasswordField value={client.password} />
      <TextField
        label="Subprotocol"
        value={protocol}
        onInput={changing(setup, "protocol")}
        placeholder={dialect === "achex.2" ? "achex.2" : "none"}
      />
    </div>
  );
}

/** Reports show what became of each frame, but a client outside this page does not receive them. */
function ReportsField({ setup }: { readonly setup: Signal<Setup> }) {
  return (
    <label class="check reports">
      <input
        type="checkbox"
        checked={setup.value.reports}
        onChange={(event) => {
          setup.value = { ...setup.value, reports: event.currentTarget.checked };
        }}
      />
      <span>
        Report what happens to each frame{" "}
        <small class="muted">
          adds <code>?reports</code> to the address
        </small>
      </span>
    </label>
  );
}

/** Only achex.2 has sessions that outlive a connection. */
function ResumeField({ setup }: { readonly setup: Signal<Setup> }) {
  if (setup.value.dialect !== "achex.2") return null;
  return (
    <label class="check reports">
      <input
        type="checkbox"
        checked={setup.value.resume}
        onChange={(event) => {
          setup.value = { ...setup.value, resume: event.currentTarget.checked };
        }}
      />
      <span>
        Make the session resumable{" "}
        <small class="muted">
          sends <code>$resume</code> first; you can then drop the connection and resume
        </small>
      </span>
    </label>
  );
}

function ConnectionButtons({ client, onRemove }: SetupFormProps) {
  const idle = client.phase.value === "idle";
  const away = idle && client.resume.awayUntil.value !== undefined;
  return (
    <div class="cluster close">
      {idle ? (
        <button type="button" class="button quiet small" onClick={onRemove}>
          Remove<span class="visually-hidden"> client {client.id}</span>
        </button>
      ) : null}
      {client.phase.value === "open" && client.resume.resumable.value ? (
        <button type="button" class="button small" onClick={() => client.drop()}>
          Drop connection
        </button>
      ) : null}
      {away ? (
        <button type="button" class="button primary connect" onClick={() => client.resumeSession()}>
          Resume
        </button>
      ) : null}
      <button type="submit" class={idle && !away ? "button primary connect" : "button small"}>
        {idle ? "Connect" : "Disconnect"}
      </button>
    </div>
  );
}

interface SetupFormProps {
  readonly client: Client;
  readonly onRemove: () => void;
}

/** Connection settings and the Connect button. */
export function SetupForm({ client, onRemove }: SetupFormProps) {
  const idle = client.phase.value === "idle";
  const submit = (event: Event) => {
    event.preventDefault();
    if (!idle) {
      client.disconnect();
      return;
    }
    const typing = document.activeElement instanceof HTMLInputElement;
    client.connect();
    // The fields disappear, so keyboard focus moves on to the draft.
    if (typing && client.phase.value !== "idle") document.getElementById(`draft-${client.id}`)?.focus();
  };
  return (
    <form class="stack" onSubmit={submit}>
      {idle ? <Fields client={client} /> : null}
      {idle ? <ReportsField setup={client.setup} /> : null}
      {idle ? <ResumeField setup={client.setup} /> : null}
      <div class="standing">
        <Status client={client} />
        <ConnectionButtons client={client} onRemove={onRemove} />
      </div>
      <Warnings client={client} />
    </form>
  );
}
