// The tables of commands in docs/instruments.md, generated from what the simulated instruments carry out.
import { type Command, commandsOf, isKind, KINDS } from "@achex/instruments";
import { cell, fillSection, table } from "./tables.ts";

/** The second output of a generator has the commands of the first under another number. */
const isListed = ({ header }: Command): boolean => !/^(SOURce|OUTPut)[12]/.test(header);

const spellings = ({ header, isCommand, isQuery }: Command): string =>
  [...(isCommand ? [header] : []), ...(isQuery ? [`${header}?`] : [])].map((one) => `\`${one}\``).join(" ");

const titleOf = (kind: string): string => `${kind.charAt(0).toUpperCase()}${kind.slice(1).replaceAll("-", " ")}`;

const commandTable = (commands: readonly Command[]): string =>
  table(
    ["command", "meaning"],
    commands.filter(isListed).map((command) => [spellings(command), cell(command.about)]),
  );

function commandTables(): string {
  const kinds = Object.keys(KINDS).filter(isKind);
  const tables = kinds.map((kind) => `### ${titleOf(kind)}\n\n${commandTable(commandsOf(kind).own)}`);
  return [`### Every instrument\n\n${commandTable(commandsOf("power-supply").common)}`, ...tables].join("\n\n");
}

/** The document with its tables as they should be. */
export const instrumentsDocument = (document: string): string => fillSection(document, "commands", commandTables());
