import { isCount } from "./values.ts";

/** The `$ref` of a frame that is refused unread or cannot be read, if the text begins with it (PROTOCOL.md R6). */
export function refOf(text: string): number | undefined {
  const match = /^\s{0,8}\{\s{0,8}"\$ref"\s{0,8}:\s{0,8}(0|[1-9]\d{0,15})\s{0,8}[,}]/.exec(text);
  const ref = match ? Number(match[1]) : undefined;
  return isCount(ref) ? ref : undefined;
}
