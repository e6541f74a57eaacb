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

/** Links to the other types of the page that the declaration names. */
function seeAlso({ name, code }: Declaration, all: ReadonlySet<string>): string[] {
  const types = code.replace(/\/\*\*[\s\S]*?\*\//g, "");
  const named = new Set(Array.from(types.matchAll(/\b[A-Z]\w+/g), ([word]) => word));
  const links = [...named].filter((word) => word !== name && all.has(word));
  return links.length === 0 ? [] : [`See ${links.map((word) => `[${word}](#${word.toLowerCase()})`).join(", ")}.`];
}

const section = (declaration: Declaration, all: ReadonlySet<string>): string => {
  const { name, doc, code } = declaration;
  const [text = "", ...examples] = doc.split(/^@example\s*/m).map((part) => part.trim());
  return [
    `### ${name}`,
    ...(text === "" ? [] : [text]),
    `\`\`\`ts\n${code.replace(/^export (declare )?/gm, "").replaceAll("    ", "  ")}\n\`\`\``,
    ...examples.flatMap((example) => ["Example:", `\`\`\`ts\n${example}\n\`\`\``]),
    ...seeAlso(declaration, all),
  ].join("\n\n");
};

/** The whole page. What an entry shares with one before it is listed there only. */
export async function apiReference(): Promise<string> {
  const documented = new Set<string>();
  const parts = [
    "# Reference of the client library",
    "Every function and type, from the sources. The [guide](client.md) says how they go together.",
  ];
  const types = await bundleDeclarations(entries.map(({ source }) => source));
  const sections = entries.map(({ title }, at) => {
    const fresh = declarationsIn(types[at] ?? "").filter(({ name }) => !documented.has(name));
    for (const { name } of fresh) documented.add(name);
    return { title, fresh };
  });
  for (const { title, fresh } of sections)
    parts.push(`## ${title}`, ...fresh.map((declaration) => section(declaration, documented)));
  return `${parts.join("\n\n")}\n`;
}
