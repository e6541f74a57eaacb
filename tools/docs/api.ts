// docs/api.md, generated from the docstrings and types of the client library.
import { bundleDeclarations } from "../../site/pipeline/declarations.ts";
import { groups } from "./api-groups.ts";
import { type Member, membersOf } from "./api-members.ts";
import { cell, table } from "./tables.ts";

const entries = [
  { title: "@achex/client", source: "packages/client/src/index.ts" },
  { title: "@achex/client/streams", source: "packages/client/src/streams.ts" },
  { title: "@achex/client/files", source: "packages/client/src/files.ts" },
  { title: "@achex/client/legacy", source: "packages/client/src/legacy.ts" },
  { title: "@achex/client/react", source: "packages/client/src/react.ts" },
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

const codeBlock = (code: string): string =>
  `\`\`\`ts\n${code.replace(/^export (declare )?/gm, "").replaceAll("    ", "  ")}\n\`\`\``;

/** Types of the library become links. In HTML, because Markdown has no links in code. */
const linked = (type: string, names: ReadonlySet<string>): string =>
  `<code>${cell(type)
    .replaceAll("\\*", "*")
    .replace(/\b[A-Z]\w+\b/g, (word) =>
      names.has(word) ? `<a href="#${word.toLowerCase()}">${word}</a>` : word,
    )}</code>`;

function memberTable(members: readonly Member[], names: ReadonlySet<string>): string {
  const withDefaults = members.some(({ fallback }) => fallback !== "");
  const head = ["member", "type", ...(withDefaults ? ["default"] : []), "meaning"];
  const rows = members.map(({ name, type, fallback, doc }) => [
    `\`${name}\``,
    linked(type, names),
    ...(withDefaults ? [fallback === "" ? "" : `\`${fallback}\``] : []),
    cell(doc),
  ]);
  return table(head, rows);
}

const typesIn = (code: string, own: string, names: ReadonlySet<string>): string => {
  const found = [...new Set(code.match(/\b[A-Z]\w+\b/g) ?? [])].filter((word) => names.has(word) && word !== own);
  return found.length === 0 ? "" : `Types: ${found.map((name) => `[${name}](#${name.toLowerCase()})`).join(", ")}.`;
};

/** What an interface takes from another one of the page. */
const inherited = (code: string, names: ReadonlySet<string>): string => {
  // Without type parameters, whose constraints also say `extends`.
  const head = code.slice(0, code.indexOf("{")).replace(/<[^<>]*>/g, "");
  const parents = / extends (.*)/.exec(head)?.[1]?.match(/\b[A-Z]\w+/g) ?? [];
  const found = parents.filter((name) => names.has(name));
  return found.map((name) => `Also has the members of [${name}](#${name.toLowerCase()}).`).join(" ");
};

function section({ name, doc, code }: Declaration, names: ReadonlySet<string>, example: string | undefined): string {
  const members = membersOf(code);
  const body = members
    ? [memberTable(members, names), inherited(code, names)]
    : [codeBlock(code), typesIn(code, name, names)];
  // An example in the source is checked by its readers; the list of groups has one for the others.
  const [text = "", ...own] = doc.split(/^@example\s*/m).map((part) => part.trim());
  const examples = own.length > 0 ? own : [example ?? ""];
  const shown = examples.filter((one) => one !== "").map((one) => `\`\`\`ts\n${one}\n\`\`\``);
  return [`### ${name}`, text, ...shown, ...body].filter((part) => part !== "").join("\n\n");
}

/** The whole page: what is used most comes first, in groups; what no group names, last. */
export async function apiReference(): Promise<string> {
  const types = await bundleDeclarations(entries.map(({ source }) => source));
  const all = new Map<string, Declaration & { readonly from: string }>();
  for (const [at, { title }] of entries.entries()) {
    for (const one of declarationsIn(types[at] ?? ""))
      if (!all.has(one.name)) all.set(one.name, { ...one, from: title });
  }
  const names = new Set(all.keys());
  const named = new Set(groups.flatMap(({ members }) => Object.keys(members)));
  const rest = Object.fromEntries([...names].filter((name) => !named.has(name)).map((name) => [name, undefined]));
  const parts = [
    "# Client reference",
    "Every function and type of the client library. The [client library guide](client.md) shows how to use them together.",
  ];
  for (const { title, intro, members } of [...groups, { title: "Other types", intro: "", members: rest }]) {
    const sections = Object.entries(members).flatMap(([name, example]) => {
      const declared = all.get(name);
      return declared ? [section(declared, names, example)] : [];
    });
    if (sections.length > 0) parts.push(`## ${title}`, ...(intro === "" ? [] : [intro]), ...sections);
  }
  return `${parts.join("\n\n")}\n`;
}
