// The tables of docs/operating.md, made from the options and from what /metrics says. To write them anew after a change:
//   node tools/bun.mjs packages/server/test/config/operating-tables.ts
import { join } from "node:path";
import { groups } from "../../src/config/settings.ts";
import { startServer } from "../kit/server.ts";

export const OPERATING = join(import.meta.dir, "../../../../docs/operating.md");

const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("<", "&lt;").replaceAll("*", "\\*");
const row = (...cells: string[]) => `| ${cells.join(" | ")} |`;

/** One table a group: option, default, what it does, why. */
function optionTables(): string {
  const tables = groups.map(({ title, options }) => {
    const rows = options.map(({ name, placeholder, shown, help, why }) =>
      row(`\`--${name}\` ${cell(placeholder)}`, cell(shown), cell(help), cell(why)),
    );
    return [`### ${title}`, "", row("option", "default", "what", "why"), "|---|---|---|---|", ...rows].join("\n");
  });
  return tables.join("\n\n");
}

/** Every metric a server exports, with the help that Prometheus shows. */
async function metricTable(): Promise<string> {
  await using server = await startServer();
  const text = await (await fetch(server.http("/metrics"))).text();
  const metrics = text.matchAll(/^# HELP (\S+) (.*)\n# TYPE \S+ (\S+)$/gm);
  const rows = [...metrics].map(([, name = "", help = "", type = ""]) => row(`\`${name}\``, type, cell(help)));
  return [row("metric", "type", "what"), "|---|---|---|", ...rows].join("\n");
}

function filled(document: string, name: string, content: string): string {
  const [begin, end] = [`<!-- ${name}: made by operating-tables.ts -->`, `<!-- end of ${name} -->`];
  const [before, after] = [document.indexOf(begin), document.indexOf(end)];
  if (before < 0 || after < before) throw new Error(`the document lacks ${begin} or ${end}`);
  return `${document.slice(0, before)}${begin}\n\n${content}\n\n${document.slice(after)}`;
}

/** The document with its tables as they should be. */
export async function withTables(document: string): Promise<string> {
  return filled(filled(document, "options", optionTables()), "metrics", await metricTable());
}

if (import.meta.main) await Bun.write(OPERATING, await withTables(await Bun.file(OPERATING).text()));
