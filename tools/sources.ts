import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Node, SourceFile } from "typescript/unstable/ast";
import { API } from "typescript/unstable/async";

export const root = join(import.meta.dir, "..");

/** Folders that hold nothing written here. */
const FOREIGN = ["node_modules", ".git", "build", "dist", "results", "data", "coverage"];

/** Files of the project with one of these endings, as paths from its root. */
export function filesEnding(endings: readonly string[]): string[] {
  const found: string[] = [];
  const walk = (folder: string) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (FOREIGN.includes(entry.name)) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (endings.some((ending) => entry.name.endsWith(ending))) found.push(relative(root, path));
    }
  };
  walk(root);
  return found.toSorted();
}

export const textOf = (path: string): string => readFileSync(join(root, path), "utf8");

/** A TypeScript file and its syntax tree. */
export interface Source {
  /** From the project's root. */
  readonly path: string;
  readonly tree: SourceFile;
}

/** The site is a project of its own: what runs in a browser knows other globals than the server. */
const PROJECTS = ["tsconfig.json", "site/tsconfig.json"];

/** Every TypeScript file that the projects take in, parsed by the compiler itself. */
export async function parseSources(): Promise<Source[]> {
  const api = new API({ cwd: root });
  try {
    const sources = new Map<string, Source>();
    for (const file of PROJECTS) {
      const snapshot = await api.updateSnapshot({ openProject: join(root, file) });
      const project = snapshot.getProject(join(root, file));
      if (!project) throw new Error(`${file} describes no project`);
      for (const name of await project.program.getSourceFileNames()) {
        const path = relative(root, name);
        if (path.startsWith("..") || path.includes("node_modules") || sources.has(path)) continue;
        const tree = await project.program.getSourceFile(name);
        if (tree) sources.set(path, { path, tree });
      }
    }
    return [...sources.values()].toSorted((a, b) => a.path.localeCompare(b.path));
  } finally {
    await api.close();
  }
}

/** The node and everything below it. */
export function* nodesOf(node: Node): Generator<Node> {
  yield node;
  const children: Node[] = [];
  node.forEachChild((child) => {
    children.push(child);
    return undefined;
  });
  for (const child of children) yield* nodesOf(child);
}

/** Line of a node, counted from 1; white space and comments before it do not count. */
export const lineOf = ({ text }: SourceFile, position: number): number => text.slice(0, position).split("\n").length;
