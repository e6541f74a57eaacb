import { readFileSync } from "node:fs";
import { LineReader } from "../../../packages/server/test/kit/line-reader.ts";

/** The programs of a Markdown file: code blocks whose first line is a comment with the name of the file. */
export function programsOf(path: string): ReadonlyMap<string, string> {
  const found = readFileSync(path, "utf8").matchAll(/^```cpp\n\/\/ (\S+\.cpp)\n([\s\S]*?)^```$/gm);
  return new Map([...found].map(([, name = "", source = ""]) => [name, source]));
}

/** Runs a program at a low priority, and fails unless it ends with 0; its output is only shown then. */
export async function run(
  command: string[],
  environment: Readonly<Record<string, string>> = {},
  folder = process.cwd(),
): Promise<string> {
  const child = Bun.spawn(["nice", "-n", "10", ...command], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...environment },
    cwd: folder,
  });
  const output = Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  const [code, texts] = [await child.exited, (await output).join("")];
  if (code !== 0) throw new Error(`${command.join(" ")} ended with ${code}\n${texts.slice(-8_000)}`);
  return texts;
}

/** Starts a program whose input and lines of output are in the hands of the test. */
export function start(command: string[]) {
  const child = Bun.spawn(command, { stdio: ["pipe", "pipe", "inherit"] });
  const lines = new LineReader(child.stdout);
  return {
    line: (what: string) => lines.next(what),
    type(text: string) {
      child.stdin.write(`${text}\n`);
      child.stdin.flush();
    },
    async end() {
      child.stdin.end();
      return await child.exited;
    },
    [Symbol.dispose]: () => child.kill(),
  };
}
