import { expect, test } from "bun:test";
import { fitted } from "../../pages/test/model/fitting.ts";
import { templateGroups } from "../../pages/test/model/templates.ts";

const cast = { own: "Ann", other: 'B"ob', otherSession: 17 };

test.each([
  ['{"to":"Alex","msg":"hi"}', '{"to":"B\\"ob","msg":"hi"}'],
  ['{"toS":1,"msg":"hi"}', '{"toS":17,"msg":"hi"}'],
  ['{"setID":"Alex","passwd":""}', '{"setID":"Ann","passwd":""}'],
  ['{"to":["Alex","Bob"],"msg":"hi"}', '{"to":["Alex","Bob"],"msg":"hi"}'],
  ["ping", "ping"],
])("a template names those on the page: %s", (text, result) => {
  expect(fitted(text, cast)).toBe(result);
});

test("with nobody else there, templates stay as they are", () => {
  const nobody = { own: "", other: "", otherSession: undefined };
  for (const { text } of templateGroups.flatMap(({ templates }) => templates)) expect(fitted(text, nobody)).toBe(text);
});
