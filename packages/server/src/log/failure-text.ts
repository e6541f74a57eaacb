const KNOWN: ReadonlyMap<unknown, string> = new Map([
  ["ENOENT", "there is no such file or folder"],
  ["EACCES", "this user may not do that"],
  ["EPERM", "this user may not do that"],
  ["EISDIR", "it is a folder"],
  ["ENOTDIR", "a part of its path is a file"],
  ["EEXIST", "there is a file of that name"],
  ["EROFS", "the file system is read-only"],
  ["ENOSPC", "the disk is full"],
]);

/** Why a call failed, in words for whoever runs the server, on one line. */
export function failureText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const known = "code" in error ? KNOWN.get(error.code) : undefined;
  return known ?? error.message.replace(/\s+/g, " ");
}
