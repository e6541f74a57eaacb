import { createColors } from "picocolors";
import { printable } from "../log/log-text.ts";

/** A longer line is written in pieces, so that a process cannot fill the memory of its supervisor. */
const MAX_LINE = 65_536;

/** Calls back for each line of a stream. Resolves at its end. */
export async function eachLine(stream: ReadableStream<Uint8Array>, act: (line: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  let open = "";
  for await (const bytes of stream) {
    const lines = (open + decoder.decode(bytes, { stream: true })).split("\n");
    open = lines.pop() ?? "";
    for (const line of lines) act(line);
    if (open.length < MAX_LINE) continue;
    act(open);
    open = "";
  }
  if (open !== "") act(open);
}

export interface LogStyle {
  readonly log: "pretty" | "json";
  readonly colours: boolean;
}

/** Returns a function that says in a line of a process's log whose it is. In JSON, any other line becomes the message of an object. */
export function logPrefix(name: string, { log, colours }: LogStyle): (line: string) => string {
  if (log === "pretty") {
    const prefix = createColors(colours).dim(`${name} │`);
    return (line) => `${prefix} ${line}\n`;
  }
  const beginning = `{"node":${JSON.stringify(name)},`;
  return (line) =>
    line.startsWith('{"')
      ? `${beginning}${line.slice(1)}\n`
      : `${beginning}"message":${JSON.stringify(printable(line))}}\n`;
}
