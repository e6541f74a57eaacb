import { beforeAll, describe, expect, test } from "bun:test";
import {
  isArrowFunction,
  isAsExpression,
  isBlock,
  isCallExpression,
  isConstructorDeclaration,
  isExpressionStatement,
  isFunctionDeclaration,
  isFunctionExpression,
  isGetAccessorDeclaration,
  isIdentifier,
  isMethodDeclaration,
  isPropertyAccessExpression,
  isSetAccessorDeclaration,
  type Node,
  SyntaxKind,
} from "typescript/unstable/ast";
import { filesEnding, lineOf, nodesOf, parseSources, type Source, textOf } from "./sources.ts";

const MAX_FILE_LINES = 300;
const MAX_FUNCTION_LINES = 60;

let sources: readonly Source[] = [];
beforeAll(async () => {
  sources = await parseSources();
}, 180_000);

/** The site has a page of that name. */
const isTest = (path: string) =>
  path.endsWith(".test.ts") || (path.includes("/test/") && !path.startsWith("site/pages/test/"));
/** The files that implement waiting; all other code must use them. */
const isKit = (path: string) => path.includes("/kit/");

/** Nodes that break a rule, as "file:line what". */
function breaches(of: (path: string) => boolean, breach: (node: Node) => string | undefined): string[] {
  const found: string[] = [];
  for (const { path, tree } of sources) {
    if (!of(path)) continue;
    for (const node of nodesOf(tree)) {
      const what = breach(node);
      if (what !== undefined) found.push(`${path}:${lineOf(tree, node.getStart(tree))} ${what}`);
    }
  }
  return found;
}

const everywhere = () => true;

const isFunction = (node: Node) =>
  isFunctionDeclaration(node) ||
  isFunctionExpression(node) ||
  isArrowFunction(node) ||
  isMethodDeclaration(node) ||
  isConstructorDeclaration(node) ||
  isGetAccessorDeclaration(node) ||
  isSetAccessorDeclaration(node);

/** `test` of test.each(..)(..), describe.skip and the like. */
function calledName(node: Node): string {
  if (isCallExpression(node)) return calledName(node.expression);
  if (isPropertyAccessExpression(node)) return calledName(node.expression);
  return isIdentifier(node) ? node.text : "";
}

/** What groups tests, as a describe does, is a chapter and not a function. */
function isChapter(node: Node): boolean {
  if (isCallExpression(node.parent) && calledName(node.parent) === "describe") return true;
  let groups = false;
  node.forEachChild((body) => {
    if (!isBlock(body)) return undefined;
    groups = body.statements.some(
      (line) => isExpressionStatement(line) && ["describe", "test"].includes(calledName(line.expression)),
    );
    return undefined;
  });
  return groups;
}

describe("budgets", () => {
  test("every source is looked at", () => {
    expect(sources.length).toBeGreaterThan(60);
    expect(sources.map(({ path }) => path)).toContain("tools/budgets.test.ts");
  });

  test(`no file over ${MAX_FILE_LINES} lines`, () => {
    const long = filesEnding([".ts", ".mjs", ".js", ".cpp", ".hpp", ".css"])
      .map((path) => ({ path, lines: textOf(path).trimEnd().split("\n").length }))
      .filter(({ lines }) => lines > MAX_FILE_LINES);
    expect(long).toEqual([]);
  });

  test(`no function over ${MAX_FUNCTION_LINES} lines`, () => {
    const long: string[] = [];
    for (const { path, tree } of sources) {
      for (const node of nodesOf(tree)) {
        if (!isFunction(node) || isChapter(node)) continue;
        const start = lineOf(tree, node.getStart(tree));
        const lines = lineOf(tree, node.end) - start + 1;
        if (lines > MAX_FUNCTION_LINES) long.push(`${path}:${start} has ${lines} lines`);
      }
    }
    expect(long).toEqual([]);
  });
});

describe("types", () => {
  test("no any", () => {
    expect(breaches(everywhere, (node) => (node.kind === SyntaxKind.AnyKeyword ? "any" : undefined))).toEqual([]);
  });

  test("no assertion by way of unknown", () => {
    const found = breaches(everywhere, (node) => {
      if (!isAsExpression(node) || !isAsExpression(node.expression)) return undefined;
      return node.expression.type.kind === SyntaxKind.UnknownKeyword ? "as unknown as" : undefined;
    });
    expect(found).toEqual([]);
  });

  test("no error is muted", () => {
    // Put together here, or this file would be the first to be found.
    const mutes = ["@ts-ignore", "@ts-expect-error", "@ts-nocheck", "biome-ignore"].map(
      (word) => new RegExp(`(//|/\\*).*${word}`),
    );
    const found = filesEnding([".ts", ".mjs", ".js", ".css"]).filter((path) =>
      mutes.some((mute) => mute.test(textOf(path))),
    );
    expect(found).toEqual([]);
  });
});

describe("tests", () => {
  test("none is skipped, left for later or run alone", () => {
    const words = ["skip", "only", "todo", "skipIf", "todoIf", "failing"];
    const found = breaches(isTest, (node) => {
      if (!isPropertyAccessExpression(node) || !words.includes(node.name.text)) return undefined;
      return ["test", "describe", "it"].includes(calledName(node)) ? `.${node.name.text}` : undefined;
    });
    expect(found).toEqual([]);
  });

  test("none sleeps: a test waits for what it needs, with a deadline, by the kit", () => {
    const sleepers = ["setTimeout", "setInterval", "sleep", "sleepSync"];
    // Their relays stall on purpose: what a stall costs is what these tests measure.
    const stalling = ["bench/test/load.test.ts", "bench/test/hostile.test.ts"];
    const found = breaches(
      (path) => isTest(path) && !isKit(path) && !stalling.includes(path),
      (node) => {
        if (!isCallExpression(node)) return undefined;
        const called = node.expression;
        const name = isPropertyAccessExpression(called) ? called.name.text : isIdentifier(called) ? called.text : "";
        return sleepers.includes(name) ? name : undefined;
      },
    );
    expect(found).toEqual([]);
  });
});
