import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { clientTarball } from "../../../../site/pipeline/client-package.ts";
import { outputOf } from "../kit/runtimes.ts";

export const repository = join(import.meta.dir, "../../../..");

/** A project elsewhere that has installed the client library from its tarball. */
export interface Project {
  /** Its folder. */
  readonly folder: string;
  /** Writes files, by their paths in the project. */
  write(files: Readonly<Record<string, string>>): void;
  /** Runs a program in the folder; fails with what it said unless it ends well and complains of nothing. */
  run(...command: string[]): Promise<string>;
  remove(): void;
}

/** Throws with everything the program said when it failed. */
async function checkedOutput(command: readonly string[], cwd: string): Promise<string> {
  const { out, errors, code } = await outputOf(command, { NODE_ENV: "development", NO_COLOR: "1" }, cwd);
  if (code !== 0) throw new Error(`${command.join(" ")} ended with ${code}:\n${out}${errors}`);
  return out;
}

/** `links` are packages of this repository that the project has as well: tests install nothing from elsewhere. */
export async function createProject(links: readonly string[] = []): Promise<Project> {
  const folder = mkdtempSync(join(tmpdir(), "achex-project-"));
  const write = (files: Readonly<Record<string, string>>) => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
  };
  write({ "package.json": JSON.stringify({ name: "project", private: true, type: "module" }) });
  writeFileSync(join(folder, "client.tgz"), await clientTarball());
  const flags = ["--offline", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"];
  await checkedOutput(["npm", "install", ...flags, "./client.tgz"], folder);
  for (const name of links) {
    const link = join(folder, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(repository, "node_modules", name), link);
  }
  return {
    folder,
    write,
    run: (...command) => checkedOutput(command, folder),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
