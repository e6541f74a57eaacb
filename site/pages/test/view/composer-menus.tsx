import { printable } from "@achex/server/printable";
import { fillTemplate, type TemplateContext, templatesFor } from "../model/templates.ts";
import type { App } from "../state/app.ts";
import type { Client } from "../state/client.ts";
import { Menu } from "./menu.tsx";

const MAX_UNITS = 120;

const short = (text: string): string => printable(text.length > MAX_UNITS ? `${text.slice(0, MAX_UNITS)}…` : text);

/** The client itself, and the most likely recipient of its messages. */
export function templateContext(app: App, client: Client): TemplateContext {
  const others = app.clients.value.filter((one) => one !== client && one.setup.value.name !== "");
  const other = others.find((one) => one.phase.value === "open") ?? others[0];
  return {
    own: client.setup.value.name,
    other: other?.session.value.name ?? other?.setup.value.name ?? "",
    otherSession: other?.session.value.sid,
    resumable: client.resume.state,
  };
}

interface PickersProps {
  readonly app: App;
  readonly client: Client;
  readonly pick: (text: string, binary: boolean) => void;
}

/** Menus with templates for every frame and the history of sent frames. */
export function ComposerMenus({ app, client, pick }: PickersProps) {
  const dialect = client.phase.value === "open" ? client.session.value.dialect : client.setup.value.dialect;
  const cast = templateContext(app, client);
  const templates = templatesFor(dialect).map(({ title, templates }) => ({
    title,
    items: templates.map(({ label, rule, text, binary = false }) => {
      const code = binary ? text : fillTemplate(text, cast);
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
