const FAILURE_TEXTS: ReadonlyMap<unknown, string> = new Map([
  ["ENOENT", "no such file or folder"],
  ["EACCES", "permission denied"],
  ["EPERM", "operation not permitted"],
  ["EISDIR", "it is a folder"],
  ["ENOTDIR", "part of its path is a file"],
  ["EEXIST", "a file with that name exists"],
  ["EROFS", "the file system is read-only"],
  ["ENOSPC", "the disk is full"],
  ["SQLITE_FULL", "the disk is full"],
]);

/** Why a call failed, on one line, in words for the operator. */
export function failureText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const known = "code" in error ? FAILURE_TEXTS.get(error.code) : undefined;
  return known ?? error.message.replace(/\s+/g, " ");
}

/** Control characters, line separators and marks that reverse the reading order. */
const UNPRINTABLE = /[\p{Cc}\u061c\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/**
 * The text with everything that a terminal could obey written as \uXXXX, which means the same inside JSON strings. Without it
 * a client's name could forge log lines, or move the cursor of a person who reads them.
 */
export const printable = (text: string): string =>
  text.replace(UNPRINTABLE, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
