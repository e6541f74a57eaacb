import { printable } from "@achex/server/printable";
import { type Cast, fitted } from "../model/fitting.ts";
import { templatesFor } from "../model/templates.ts";
import type { App } from "../state/app.ts";
import type { Client } from "../state/client.ts";

/** Picks a text and forgets the choice at once, as a menu does. */
function Picker(props: {
  readonly label: string;
  readonly disabled?: boolean;
  readonly onPick: (value: string) => void;
  readonly children: preact.ComponentChildren;
}) {
  return (
    <select
      class="field pick"
      aria-label={props.label}
      disabled={props.disabled}
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

/** The client itself, and the one a message would most likely be for. */
function castOf(app: App, client: Client): Cast {
  const others = app.clients.value.filter((one) => one !== client && one.setup.value.name !== "");
  const other = others.find((one) => one.phase.value === "open") ?? others[0];
  return {
    own: client.setup.value.name,
    other: other?.facts.value.name ?? other?.setup.value.name ?? "",
    otherSession: other?.facts.value.sid,
  };
}

interface PickersProps {
  readonly app: App;
  readonly client: Client;
  readonly pick: (text: string, binary: boolean) => void;
}

/** Templates for every frame, and what was sent before. */
export function Pickers({ app, client, pick }: PickersProps) {
  const dialect = client.phase.value === "open" ? client.facts.value.dialect : client.setup.value.dialect;
  const groups = templatesFor(dialect);
  const all = groups.flatMap(({ templates }) => templates);
  const history = app.history.value;
  return (
    <>
      <Picker
        label="Templates"
        onPick={(value) => {
          const template = all[Number(value)];
          if (value === "" || !template) return;
          if (template.binary) pick(template.text, true);
          else pick(fitted(template.text, castOf(app, client)), false);
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
      <Picker
        label="History"
        disabled={history.length === 0}
        onPick={(value) => value !== "" && pick(history[Number(value)] ?? "", false)}
      >
        {history.map((text, index) => (
          <option key={text} value={String(index)}>
            {short(text)}
          </option>
        ))}
      </Picker>
    </>
  );
}
