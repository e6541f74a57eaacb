import { readFileSync } from "node:fs";
import { join } from "node:path";
import { codeBlock } from "../../pipeline/highlight.ts";

const folder = join(import.meta.dir, "../../../examples/quickstart");

const languages: Readonly<Record<string, string>> = { html: "html", py: "python", ino: "cpp" };

/** Text of a file of examples/quickstart. */
export const snippetText = (name: string): string => readFileSync(join(folder, name), "utf8");

/** That file as a block of code; its addresses become this server's once the page runs (shell/addresses.ts). */
export const snippetBlock = (name: string): string =>
  codeBlock(snippetText(name), languages[name.split(".").at(-1) ?? ""] ?? "");

/** The lines of a page that matter, its script, without their indentation; undefined for other files. */
export function essentialLines(name: string): string | undefined {
  const [, script] = /<script[^>]*>\n([\s\S]*?)<\/script>/.exec(snippetText(name)) ?? [];
  return script?.replace(/^ {2}/gm, "");
}
