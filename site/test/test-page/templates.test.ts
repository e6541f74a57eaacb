import { describe, expect, test } from "bun:test";
import type { Dialect } from "@achex/protocol";
import { bytesOf } from "../../pages/test/model/hex.ts";
import { previewBinary, previewText, type SenderState } from "../../pages/test/model/preview.ts";
import { fillTemplate, templateGroups, templatesFor } from "../../pages/test/model/templates.ts";

const as = (dialect: Dialect): SenderState => ({ dialect, loggedIn: true });
const context = { own: "Ann", other: 'B"ob', otherSession: 17 };

test.each([
  ['{"to":"Alex","msg":"hi"}', '{"to":"B\\"ob","msg":"hi"}'],
  ['{"toS":1,"msg":"hi"}', '{"toS":17,"msg":"hi"}'],
  ['{"setID":"Alex","passwd":""}', '{"setID":"Ann","passwd":""}'],
  ['{"to":["Alex","Bob"],"msg":"hi"}', '{"to":["Alex","Bob"],"msg":"hi"}'],
  ["ping", "ping"],
])("a template uses names from the page: %s", (text, result) => {
  expect(fillTemplate(text, context)).toBe(result);
});

test("[R72 R73] a template uses the counts of a resumable session", () => {
  const counted = { ...context, resumable: { generation: 3, received: 8, sent: 5 } };
  const filled = templatesFor("achex.2")
    .flatMap(({ templates }) => templates.map(({ text }) => fillTemplate(text, counted)))
    .filter((text) => /\$(?:seen|resume)/.test(text));
  expect(filled).toContain('{"$resume":{"token":"<token>","generation":3,"received":8}}');
  expect(filled).toContain('{"$seen":{"received":8,"sent":5}}');
  expect(filled).toContain('{"$resume":true}');
});

test("without other clients, templates stay unchanged", () => {
  const nobody = { own: "", other: "", otherSession: undefined };
  for (const { text } of templateGroups.flatMap(({ templates }) => templates))
    expect(fillTemplate(text, nobody)).toBe(text);
});

describe("templates", () => {
  test("every template is valid in the dialects that offer it", () => {
    for (const dialect of ["classic", "cloud", "achex.2"] as const) {
      for (const { text, binary } of templatesFor(dialect).flatMap(({ templates }) => templates)) {
        const bytes = binary ? bytesOf(text) : undefined;
        const told = bytes ? previewBinary(bytes, as(dialect)) : previewText(text, as(dialect));
        expect({ text, tone: told.tone }).toEqual({ text, tone: "good" });
      }
    }
  });
});
