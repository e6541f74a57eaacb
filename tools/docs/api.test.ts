import { expect, test } from "bun:test";
import { declarationsIn } from "./api.ts";

test("only what is exported is listed, with its docstring as text", () => {
  const text =
    "/** Says\n * more. */\nexport interface A {\n    /** b */\n    b: 1;\n}\n\ntype C = 2;\n\nexport type D = C;";
  expect(declarationsIn(text)).toEqual([
    { name: "A", doc: "Says\nmore.", code: "export interface A {\n    /** b */\n    b: 1;\n}" },
    { name: "D", doc: "", code: "export type D = C;" },
  ]);
});
