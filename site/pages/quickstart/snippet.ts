import { readFileSync } from "node:fs";
import { join } from "node:path";
import { codeBlock } from "../../pipeline/highlight.ts";

const folder = join(import.meta.dir, "../../../examples/quickstart");

const languages: Readonly<Record<string, string>> = { html: "html", py: "python", ino: "cpp" };

/** The text of a file in examples/quickstart. */
export const snippetText = (name: string): string => readFileSync(join(folder, name), "utf8");

/** The file as a code block. In the browser, its addresses are replaced with this server's (shell/addresses.ts). */
export const snippetBlock = (name: string): string =>
  codeBlock(snippetText(name), languages[name.split(".").at(-1) ?? ""] ?? "");

/** The script of a page without its indentation; undefined for other files. */
export function essentialLines(name: string): string | undefined {
  const [, script] = /<script[^>]*>\n([\s\S]*?)<\/script>/.exec(snippetText(name)) ?? [];
  return script?.replace(/^ {2}/gm, "");
}
