import { existsSync } from "node:fs";
import { join } from "node:path/posix";
import {
  isCallExpression,
  isExportDeclaration,
  isImportDeclaration,
  isImportExpression,
  isImportTypeNode,
  isLiteralTypeNode,
  isStringLiteral,
  type Node,
} from "typescript/unstable/ast";
import { nodesOf, root, type Source, textOf } from "./sources.ts";

export interface Import {
  /** As written in the source. */
  readonly specifier: string;
  /** The project's file it means, from the root; undefined for vendors and the runtime. */
  readonly file: string | undefined;
}

function specifierOf(node: Node): string | undefined {
  if (isImportDeclaration(node) || isExportDeclaration(node)) {
    const { moduleSpecifier } = node;
    return moduleSpecifier && isStringLiteral(moduleSpecifier) ? moduleSpecifier.text : undefined;
  }
  if (isImportTypeNode(node)) {
    const { argument } = node;
    return isLiteralTypeNode(argument) && isStringLiteral(argument.literal) ? argument.literal.text : undefined;
  }
  if (isCallExpression(node) && isImportExpression(node.expression)) {
    const [argument] = node.arguments;
    return argument && isStringLiteral(argument) ? argument.text : "(computed)";
  }
  return undefined;
}

/** A workspace package, as its package.json describes it. */
export interface Package {
  readonly name: string;
  readonly folder: string;
  /** Everything it may import by name. */
  readonly dependencies: readonly string[];
  readonly exports: Readonly<Record<string, string>>;
}

export function readPackage(folder: string): Package {
  const manifest = JSON.parse(textOf(join(folder, "package.json")));
  const { name, dependencies = {}, peerDependencies = {}, exports = {} } = manifest;
  return { name, folder, dependencies: Object.keys({ ...dependencies, ...peerDependencies }), exports };
}

/** `@achex/server/config` → `@achex/server`; `prom-client/x` → `prom-client`. */
export const packageNameOf = (specifier: string): string =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");

function resolve(from: string, specifier: string, packages: readonly Package[]): string | undefined {
  if (specifier.startsWith(".")) return join(from, "..", specifier);
  const owner = packages.find(({ name }) => name === packageNameOf(specifier));
  const target = owner?.exports[`.${specifier.slice(owner.name.length)}`];
  return owner && target ? join(owner.folder, target) : undefined;
}

/** Every import of a file: static, dynamic, re-exports, and those of types. */
export function importsOf({ path, tree }: Source, packages: readonly Package[]): Import[] {
  const imports: Import[] = [];
  for (const node of nodesOf(tree)) {
    const specifier = specifierOf(node);
    if (specifier === undefined) continue;
    const file = resolve(path, specifier, packages);
    imports.push({ specifier, file: file !== undefined && existsSync(join(root, file)) ? file : undefined });
  }
  return imports;
}

export type Graph = ReadonlyMap<string, readonly string[]>;

/** One cycle of the graph, its first file repeated at the end. */
export function findCycle(graph: Graph): string[] | undefined {
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): string[] | undefined => {
    const start = path.indexOf(file);
    if (start !== -1) return [...path.slice(start), file];
    if (done.has(file)) return undefined;
    for (const next of graph.get(file) ?? []) {
      const cycle = visit(next, [...path, file]);
      if (cycle) return cycle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of graph.keys()) {
    const cycle = visit(file, []);
    if (cycle) return cycle;
  }
  return undefined;
}

/** Everything that can be reached from these files, themselves included. */
export function closureOf(graph: Graph, files: readonly string[]): Set<string> {
  const reached = new Set(files);
  for (const file of reached) for (const next of graph.get(file) ?? []) reached.add(next);
  return reached;
}
