import { printable } from "@achex/server/printable";
import { type Cast, fitted } from "../model/fitting.ts";
import { templatesFor } from "../model/templates.ts";
import type { App } from "../state/app.ts";
import type { Client } from "../state/client.ts";
import { Menu } from "./menu.tsx";

const MOST_UNITS = 120;

const short = (text: string): string => printable(text.length > MOST_UNITS ? `${text.slice(0, MOST_UNITS)}…` : text);

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
  const cast = castOf(app, client);
  const templates = templatesFor(dialect).map(({ title, templates }) => ({
    title,
    items: templates.map(({ label, rule, text, binary = false }) => {
      const code = binary ? text : fitted(text, cast);
      return { label, note: rule, code: short(code), pick: () => pick(code, binary) };
    }),
  }));
  const history = app.history.value.map((text) => ({ label: "", code: short(text), pick: () => pick(text, false) }));
  return (
    <>
      <Menu label="Templates" groups={templates} />
      <Menu label="History" groups={[{ items: history }]} />
    </>
  );
}
