import { join } from "node:path";

/** The binary in the package for this platform. The package `deno` itself only locates it. */
export function findDeno(): string {
  const { platform, arch } = process;
  const name = `@deno/${platform}-${arch}${platform === "linux" ? "-glibc" : ""}`;
  try {
    const manifest = Bun.resolveSync(`${name}/package.json`, import.meta.dir);
    return join(manifest, "..", platform === "win32" ? "deno.exe" : "deno");
  } catch {
    const found = Bun.which("deno");
    if (found) return found;
    throw new Error(`npm has no Deno for this platform (${name}): install it by its own installer`);
  }
}

/** Node, with a WebSocket of its own: before 22 it has one behind a flag. */
export function nodeWithWebSocket(): string[] {
  const { stdout } = Bun.spawnSync(["node", "--version"]);
  const major = Number(/^v(\d+)/.exec(stdout.toString())?.[1]);
  return major < 22 ? ["node", "--experimental-websocket"] : ["node"];
}

const textOf = (stream: ReadableStream) => new Response(stream).text();

/** Runs a program to its end. Returns its standard output, standard error and exit code. */
export async function outputOf(command: readonly string[], env: Record<string, string> = {}, cwd = process.cwd()) {
  const program = Bun.spawn([...command], { stdout: "pipe", stderr: "pipe", env: { ...process.env, ...env }, cwd });
  const [out, errors, code] = await Promise.all([textOf(program.stdout), textOf(program.stderr), program.exited]);
  return { out, errors, code };
}
