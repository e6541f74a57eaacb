import { printable } from "@achex/server/printable";
import { createColors } from "picocolors";

/** The stamp, and what the server adds in kept channels. */
const STAMP = /,"sID":\d+,"FROM":"(?:[^"\\]|\\.)*"(?:,"\$(?:seq|at)":\d+)*(?:,"\$binary":"[^"]*")?\}$/;
/** A JSON string, and the colon after it if it is a key. */
const STRING = /("(?:[^"\\]|\\.)*")(\s*:)?/g;

/** A frame on one line. Line breaks in JSON are only white space between tokens, so they can be replaced. */
export const oneLine = (frame: string): string => frame.replace(/[\r\n]+/g, " ").trim();

/** A frame for the terminal: keys are highlighted, the stamp is dimmed, and control characters are escaped. */
export function formatFrame(frame: string, colours: boolean): string {
  const { cyan, dim } = createColors(colours);
  const text = printable(oneLine(frame).replace(/\t/g, " "));
  const stamp = STAMP.exec(text)?.[0] ?? "";
  const body = text.slice(0, text.length - stamp.length);
  const painted = body.replace(STRING, (whole, string: string, colon: string | undefined) =>
    colon === undefined ? whole : cyan(string) + dim(colon),
  );
  return stamp === "" ? painted : painted + dim(stamp);
}
