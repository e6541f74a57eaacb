// The tables of docs/operating.md, generated from the options, the limits and what /metrics says.

import { groups, type Option } from "../../packages/server/src/config/config.ts";
import { limitDefinitions } from "../../packages/server/src/config/limits.ts";
import { startServer } from "../../packages/server/test/kit/server.ts";
import { cell, fillSection, table } from "./tables.ts";

const beyondOf = new Map(Array.from(limitDefinitions.values(), ({ option, beyond }) => [option.name, beyond]));

const flagOf = ({ name, placeholder }: Option) => `\`--${name}\` ${cell(placeholder)}`;

/** One table for each group: option, default, what it is, what happens beyond a limit, why. */
function optionTables(): string {
  const tables = groups.map(({ title, options }) => {
    const limited = options.some(({ name }) => beyondOf.has(name));
    const head = ["option", "default", "what", ...(limited ? ["beyond it"] : []), "why"];
    const rows = options.map((option) => [
      flagOf(option),
      cell(option.defaultText),
      cell(option.help),
      ...(limited ? [beyondOf.get(option.name) ?? ""] : []),
      cell(option.why),
    ]);
    return `### ${title}\n\n${table(head, rows)}`;
  });
  return tables.join("\n\n");
}

/** Every metric a server exports, with the help that Prometheus shows. */
async function metricTable(): Promise<string> {
  await using server = await startServer();
  const text = await (await fetch(server.http("/metrics"))).text();
  const metrics = text.matchAll(/^# HELP (\S+) (.*)\n# TYPE \S+ (\S+)$/gm);
  const rows = [...metrics].map(([, name = "", help = "", type = ""]) => [`\`${name}\``, type, cell(help)]);
  return table(["metric", "type", "what"], rows);
}

/** The document with its tables as they should be. */
export const operatingGuide = async (document: string): Promise<string> =>
  fillSection(fillSection(document, "options", optionTables()), "metrics", await metricTable());
