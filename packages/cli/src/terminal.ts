import { printable } from "@achex/server/printable";

/** A stream that may be a terminal. */
interface Output {
  readonly isTTY?: boolean;
}

/** Whether to colour what goes to this stream: on terminals, unless NO_COLOR; elsewhere only with FORCE_COLOR. */
export function wantsColours(stream: Output, environment: Readonly<Record<string, string | undefined>>): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = environment;
  if (NO_COLOR) return false;
  if (FORCE_COLOR) return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  return stream.isTTY === true && TERM !== "dumb";
}

/** Resolves when everything written so far has left the process: ending before that cuts a pipe short. */
export const flushed = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => {
    stream.once("error", () => resolve());
    stream.write("", () => resolve());
  });

/**
 * One line for the person at the terminal, beside whatever goes to standard output; the text may hold what a server said.
 * Bun paints console.error red.
 */
export const notice = (text: string): void => {
  process.stderr.write(`achex: ${printable(text)}\n`);
};

/** A round trip for human eyes; the clocks of runtimes count whole milliseconds. */
export const formatLatency = (milliseconds: number): string =>
  milliseconds < 1 ? "less than 1 ms" : `${Math.round(milliseconds)} ms`;
