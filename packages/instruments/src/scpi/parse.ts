import { ScpiError } from "./errors.ts";

/** One command of a line: `SOUR:VOLT? MAX` has the path SOUR, VOLT, is a query and has one parameter. */
export interface Command {
  /** Keywords in upper case as typed, without optional suffix; a common command is one keyword that begins with `*`. */
  readonly path: readonly string[];
  readonly query: boolean;
  /** Parameters as typed, without the white space around them; strings keep their quotes. */
  readonly parameters: readonly string[];
}

/** Longest line accepted. A longer one comes from a program that does not speak SCPI. */
export const MAX_LINE = 4_096;

/** Splits at a separator outside of quotes. */
function split(text: string, separator: "," | ";"): string[] {
  const parts: string[] = [];
  let quote = "";
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const one = text.charAt(at);
    if (quote !== "") {
      if (one === quote) quote = "";
    } else if (one === '"' || one === "'") quote = one;
    else if (one === separator) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  if (quote !== "") throw new ScpiError("data-type", "a quote is not closed");
  parts.push(text.slice(start));
  return parts;
}

/**
 * The commands of a line, in order. A command without a leading colon continues in the subsystem of the one before it, as the
 * standard has it: `VOLT:PROT 5;LEV 3` is `VOLT:PROT 5` and `VOLT:LEV 3`. Throws a ScpiError.
 */
export function parseLine(line: string): readonly Command[] {
  if (line.length > MAX_LINE) throw new ScpiError("command", `a line has at most ${MAX_LINE} characters`);
  const commands: Command[] = [];
  let subsystem: readonly string[] = [];
  for (const part of split(line, ";")) {
    const text = part.trim();
    if (text === "") continue;
    const command = parseCommand(text, subsystem);
    // Common commands leave the subsystem as it is.
    if (!text.startsWith("*")) subsystem = command.path.slice(0, -1);
    commands.push(command);
  }
  return commands;
}

function parseCommand(text: string, subsystem: readonly string[]): Command {
  const match = /^(\*[a-z]+|:?[a-z]\w*(?::[a-z]\w*)*)(\?)?(?:\s+(.*))?$/is.exec(text);
  if (!match) throw new ScpiError("undefined-header", text);
  const [, header = "", mark, rest = ""] = match;
  const absolute = header.startsWith(":") || header.startsWith("*");
  const keywords = header.replace(/^:/, "").toUpperCase().split(":");
  const parameters = rest.trim() === "" ? [] : split(rest, ",").map((one) => one.trim());
  if (parameters.includes("")) throw new ScpiError("missing-parameter", text);
  return { path: absolute ? keywords : [...subsystem, ...keywords], query: mark !== undefined, parameters };
}

/** Whether a keyword, in upper case, is the short or the long form of `VOLTage` or `SOURce2`. */
export function isKeyword(typed: string, spelling: string): boolean {
  return typed === spelling.toUpperCase() || typed === spelling.replace(/[a-z]+(?=\d*$)/, "");
}
