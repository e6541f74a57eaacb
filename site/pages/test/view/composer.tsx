import { printable } from "@achex/server/printable";
import { useSignal } from "@preact/signals";
import { templatesFor } from "../model/templates.ts";
import type { App } from "../state/app.ts";
import type { Client } from "../state/client.ts";

/** What will happen to the frame as it stands. */
function Outlook({ client }: { readonly client: Client }) {
  const outlook = client.outlook.value;
  return (
    <p class={`outlook ${outlook?.tone ?? ""}`} id={`outlook-${client.id}`} aria-live="polite">
      {outlook ? (
        <>
          <strong>{outlook.headline}</strong> <span>{outlook.detail}</span>
          {outlook.code === undefined ? null : (
            <>
              {" "}
              <a href={`/errors#${outlook.code}`}>{outlook.code}</a>
            </>
          )}
        </>
      ) : (
        <span>
          Write a frame or pick a template: here it says where it would go. Enter sends, Shift+Enter breaks the line.
        </span>
      )}
    </p>
  );
}

/** Picks a text and forgets the choice at once, as a menu does. */
function Picker(props: {
  readonly label: string;
  readonly onPick: (value: string) => void;
  readonly children: preact.ComponentChildren;
}) {
  return (
    <select
      class="field pick"
      aria-label={props.label}
      value=""
      onChange={(event) => {
        props.onPick(event.currentTarget.value);
        event.currentTarget.value = "";
      }}
    >
      <option value="">{props.label}</option>
      {props.children}
    </select>
  );
}

const short = (text: string): string => printable(text.length > 60 ? `${text.slice(0, 60)}…` : text);

function Pickers({ app, client, pick }: ComposerProps & { readonly pick: (text: string, binary: boolean) => void }) {
  const dialect = client.phase.value === "open" ? client.facts.value.dialect : client.setup.value.dialect;
  const groups = templatesFor(dialect);
  const all = groups.flatMap(({ templates }) => templates);
  return (
    <>
      <Picker
        label="Templates"
        onPick={(value) => {
          const template = all[Number(value)];
          if (value !== "" && template) pick(template.text, template.binary ?? false);
        }}
      >
        {groups.map(({ title, templates }) => (
          <optgroup key={title} label={title}>
            {templates.map((template) => (
              <option key={template.label} value={String(all.indexOf(template))}>
                {`${template.label} (${template.rule})`}
              </option>
            ))}
          </optgroup>
        ))}
      </Picker>
      <Picker label="History" onPick={(value) => value !== "" && pick(app.history.value[Number(value)] ?? "", false)}>
        {app.history.value.map((text, index) => (
          <option key={text} value={String(index)}>
            {short(text)}
          </option>
        ))}
      </Picker>
    </>
  );
}

interface ComposerProps {
  readonly app: App;
  readonly client: Client;
}

/** Where frames are written. */
export function Composer({ app, client }: ComposerProps) {
  const { draft, binary } = client;
  const recalled = useSignal(-1);
  const pick = (text: string, asBinary: boolean) => {
    draft.value = text;
    binary.value = asBinary;
  };
  const send = () => {
    if (client.sendDraft() && !binary.value) app.remember(draft.value);
    recalled.value = -1;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      send();
    }
    const by = event.key === "ArrowUp" ? 1 : event.key === "ArrowDown" ? -1 : 0;
    if (by === 0 || !event.altKey) return;
    event.preventDefault();
    recalled.value = Math.max(-1, Math.min(app.history.value.length - 1, recalled.value + by));
    pick(app.history.value[recalled.value] ?? "", false);
  };
  return (
    <div class="composer">
      <div class="field">
        <textarea
          class="mono"
          rows={2}
          aria-label={binary.value ? "Bytes to send, in hex" : "Frame to send"}
          aria-describedby={`outlook-${client.id}`}
          aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown"
          spellcheck={false}
          autocapitalize="off"
          value={draft.value}
          onInput={(event) => {
            draft.value = event.currentTarget.value;
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <Outlook client={client} />
      <div class="cluster">
        <button type="button" class="button primary send" disabled={client.phase.value !== "open"} onClick={send}>
          Send
        </button>
        <Pickers app={app} client={client} pick={pick} />
        <label class="check">
          <input
            type="checkbox"
            checked={binary.value}
            onChange={(event) => {
              binary.value = event.currentTarget.checked;
            }}
          />
          Binary, as hex
        </label>
      </div>
    </div>
  );
}
