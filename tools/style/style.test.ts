import { expect, test } from "bun:test";
import { filesEnding, textOf } from "../sources.ts";
import { phrases } from "./phrases.ts";

const ENDINGS = [".md", ".ts", ".tsx", ".mjs", ".html", ".css", ".cpp", ".hpp"];
/** This folder holds the phrases themselves. */
const isChecked = (path: string) => !path.startsWith("tools/style/");

/** `line: phrase → what to write` for each line that holds one of the phrases. */
const findings = (text: string): string[] =>
  text.split("\n").flatMap((line, at) =>
    phrases.flatMap(([phrase, instead]) => {
      const [found] = phrase.exec(line) ?? [];
      return found === undefined ? [] : [`${at + 1}: "${found}" → ${instead}`];
    }),
  );

test("documents, pages, labels and comments use the words of technical English (tools/style/phrases.ts)", () => {
  const found = filesEnding(ENDINGS)
    .filter(isChecked)
    .flatMap((path) => findings(textOf(path)).map((finding) => `${path}:${finding}`));
  expect(found).toEqual([]);
});

test("a phrase is found with its line, and what to write instead", () => {
  expect(findings("first\nwhoever asks, too.")).toEqual([
    '2: "whoever" → anyone who',
    '2: "s, too." → also (no comma before too)',
  ]);
  expect(findings("a name is no longer needed; cut the paper; a way of one's own")).toEqual([]);
});
