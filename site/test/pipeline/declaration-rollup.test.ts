import { describe, expect, test } from "bun:test";
import { rollUpDeclarations } from "../../pipeline/declaration-rollup.ts";

/** Rolls up modules given by path, `index` first. */
function rolled(modules: Readonly<Record<string, string>>): string {
  const byPath = new Map(Object.entries(modules));
  return rollUpDeclarations("index", {
    read: (path) => byPath.get(path) ?? "",
    resolve: (_, specifier) => (byPath.has(specifier) ? specifier : undefined),
  });
}

describe("declarations of many modules in one text", () => {
  test("what a module re-exports as a whole is exported as well, and comes first", () => {
    const text = rolled({
      index: 'export * from "core";\nexport * from "more";',
      core: 'export type { Far } from "far";\nexport declare function near(): void;\ninterface Hidden {\n}',
      more: "export interface More {\n}",
      far: "export interface Far {\n}",
    });
    expect(text).toBe(
      "export declare function near(): void;\n\nexport interface More {\n}\n\nexport interface Far {\n}\n\nexport {};\n",
    );
  });

  test("what is exported, what that needs, and nothing else", () => {
    const text = rolled({
      index: [
        'import type { Options } from "options";',
        'export type { Other as Another } from "options";',
        "/** Says it. */",
        "export declare function say(options: Options): void;",
        "interface Unused {",
        "    readonly a: number;",
        "}",
        "export {};",
      ].join("\n"),
      options: [
        "/**",
        " * How.",
        " */",
        "export interface Options {",
        "    readonly loud: Loud;",
        "}",
        'type Loud = "Unneeded" | boolean;',
        "export interface Other {",
        "}",
        "export interface Unneeded {",
        "}",
      ].join("\n"),
    });
    expect(text).toBe(
      [
        "/** Says it. */\nexport declare function say(options: Options): void;",
        "/**\n * How.\n */\ninterface Options {\n    readonly loud: Loud;\n}",
        'type Loud = "Unneeded" | boolean;',
        "interface Other {\n}",
        "export { Other as Another };\n",
      ].join("\n\n"),
    );
  });

  test("through several modules and stars", () => {
    const text = rolled({
      index: 'export { type Far } from "middle";',
      middle: 'export * from "near";\nexport * from "far";',
      near: "export type Near = 1;",
      far: "export type Far = 2;",
    });
    expect(text).toBe("export type Far = 2;\n\nexport {};\n");
  });

  test("overloads stay together, each with its comment", () => {
    const overloads =
      "/** One. */\nexport declare function f(a: 1): 1;\n/** Two. */\nexport declare function f(a: 2): 2;";
    expect(rolled({ index: overloads })).toBe(`${overloads}\n\nexport {};\n`);
  });

  test("modules that take from each other come to an end", () => {
    const text = rolled({
      index: 'import type { B } from "b";\nexport interface A {\n    b: B;\n}',
      b: 'import type { A } from "index";\nexport interface B {\n    a: A;\n}',
    });
    expect(text).toBe("export interface A {\n    b: B;\n}\n\ninterface B {\n    a: A;\n}\n\nexport {};\n");
  });

  test("one name for two things is an error that names both, and so is a module from outside", () => {
    const twice = {
      index: 'export { X } from "a";\nexport { Y } from "b";',
      a: "export type X = Same;\ntype Same = 1;",
    };
    expect(() => rolled({ ...twice, b: "export type Y = Same;\ntype Same = 2;" })).toThrow(
      /Same is declared in a and in b/,
    );
    expect(() => rolled({ index: 'import type { Z } from "zod";\nexport type A = Z;' })).toThrow(/zod/);
  });
});
