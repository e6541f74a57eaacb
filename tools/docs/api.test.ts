import { expect, test } from "bun:test";
import { apiReference, declarationsIn } from "./api.ts";
import { groups } from "./api-groups.ts";
import { membersOf } from "./api-members.ts";

test("only what is exported is listed, with its docstring as text", () => {
  const text =
    "/** Says\n * more. */\nexport interface A {\n    /** b */\n    b: 1;\n}\n\ntype C = 2;\n\nexport type D = C;";
  expect(declarationsIn(text)).toEqual([
    { name: "A", doc: "Says\nmore.", code: "export interface A {\n    /** b */\n    b: 1;\n}" },
    { name: "D", doc: "", code: "export type D = C;" },
  ]);
});

test("members have their types, their defaults and what their docstrings say", () => {
  const code = `export interface A<T> {
    /** How often. Default 3. */
    readonly times?: number;
    plain: readonly B[];
    /**
     * Does it,
     * with care.
     */
    run(input: {
        readonly x: T;
    }): Promise<void>;
}`;
  expect(membersOf(code)).toEqual([
    { name: "times?", type: "number", fallback: "3", doc: "How often." },
    { name: "plain", type: "readonly B[]", fallback: "", doc: "" },
    { name: "run()", type: "(input: { readonly x: T; }): Promise<void>", fallback: "", doc: "Does it, with care." },
  ]);
  expect(membersOf("export type C = 1;")).toBeUndefined();
});

test("every name of a group is exported", async () => {
  const page = await apiReference();
  for (const { members } of groups) for (const name of Object.keys(members)) expect(page).toContain(`\n### ${name}\n`);
});
