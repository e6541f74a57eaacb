import { printable } from "@achex/server/printable";

/** A stream that may be a terminal. */
interface Output {
  readonly isTTY?: boolean;
}

/** Whether to use colours on this stream: on terminals unless NO_COLOR is set, elsewhere only if FORCE_COLOR is set. */
export function wantsColours(stream: Output, environment: Readonly<Record<string, string | undefined>>): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = environment;
  if (NO_COLOR) return false;
  if (FORCE_COLOR) return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  return stream.isTTY === true && TERM !== "dumb";
}

/** Resolves when everything written so far has left the process. Ending earlier would truncate the output of a pipe. */
export const flushed = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => {
    stream.once("error", () => resolve());
    stream.write("", () => resolve());
  });

/**
 * Writes one line to standard error. Control characters are escaped, because the text may come from a server. Does not use
 * console.error, which Bun prints in red.
 */
export const notice = (text: string): void => {
  process.stderr.write(`achex: ${printable(text)}\n`);
};

/** Formats a round trip. Clocks of runtimes may only have a resolution of a millisecond. */
export const formatLatency = (milliseconds: number): string =>
  milliseconds < 1 ? "less than 1 ms" : `${Math.round(milliseconds)} ms`;
