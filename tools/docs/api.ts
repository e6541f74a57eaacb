// docs/api.md, generated from the docstrings and types of the client library.
import { bundleDeclarations } from "../../site/pipeline/declarations.ts";

const entries = [
  { title: "@achex/client", source: "packages/client/src/index.ts" },
  { title: "@achex/client/streams", source: "packages/client/src/streams.ts" },
  { title: "@achex/client/files", source: "packages/client/src/files.ts" },
  { title: "@achex/client/legacy", source: "packages/client/src/legacy.ts" },
] as const;

interface Declaration {
  readonly name: string;
  readonly doc: string;
  readonly code: string;
}

const EXPORT = /^export (?:declare )?(?:interface|type|class|function|const) (\w+)/;

const textOf = (comment: string): string =>
  comment
    .replace(/^\/\*\*|\*\/$/g, "")
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, "").trim())
    .join("\n")
    .trim();

/** The exported declarations of a text in which every statement begins at the start of a line and ends before a blank one. */
export function declarationsIn(text: string): Declaration[] {
  return text.split(/\n\n(?=\S)/).flatMap((statement) => {
    const comment = /^\/\*\*[\s\S]*?\*\/\n/.exec(statement)?.[0] ?? "";
    const code = statement.slice(comment.length).trim();
    const name = EXPORT.exec(code)?.[1];
    return name === undefined ? [] : [{ name, doc: textOf(comment.trim()), code }];
  });
}

const section = ({ name, doc, code }: Declaration): string =>
  [
    `### ${name}`,
    ...(doc === "" ? [] : [doc]),
    `\`\`\`ts\n${code.replace(/^export (declare )?/, "").replaceAll("    ", "  ")}\n\`\`\``,
  ].join("\n\n");

/** The whole page. What an entry shares with one before it is not said again. */
export async function apiReference(): Promise<string> {
  const said = new Set<string>();
  const parts = [
    "# Reference of the client library",
    "Every function and type, from the sources. The [guide](client.md) says how they go together.",
  ];
  const types = await bundleDeclarations(entries.map(({ source }) => source));
  for (const [at, { title }] of entries.entries()) {
    const fresh = declarationsIn(types[at] ?? "").filter(({ name }) => !said.has(name));
    for (const { name } of fresh) said.add(name);
    parts.push(`## ${title}`, ...fresh.map(section));
  }
  return `${parts.join("\n\n")}\n`;
}
