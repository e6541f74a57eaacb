import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Draft, placements } from "../src/achex2/dollar-key.ts";
import { dollarKeys, keyReaderOf, serverKeys, storedMessageKeys } from "../src/achex2/keys.ts";
import { parseAchex2 } from "../src/achex2/parse.ts";
import { dropReasons } from "../src/drops.ts";
import { exampleGroups } from "../src/examples.ts";
import { commands, parameterKeys } from "../src/keys.ts";
import { defaultParseLimits } from "../src/limits.ts";
import { parse, verbKeys } from "../src/parse.ts";

const protocol = readFileSync(join(import.meta.dir, "../../../PROTOCOL.md"), "utf8");
const quoted = (text: string): string[] => Array.from(text.matchAll(/`([^`]+)`/g), ([, word = ""]) => word);

/** The cells of each row of the table under a heading. */
function rowsUnder(heading: string): string[][] {
  const section = protocol.split(`#### ${heading}\n`)[1]?.split(/^#/m)[0] ?? "";
  const rows = section.split("\n").filter((line) => line.startsWith("| `"));
  return rows.map((row) =>
    row
      .slice(1, -1)
      .split(" | ")
      .map((cell) => cell.trim()),
  );
}

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe("[V2] the verbs", () => {
  test("[V2] are those of PROTOCOL.md, in its order", () => {
    const [, rule = ""] = /^\| V2 \| (.*)$/m.exec(protocol) ?? [];
    expect(quoted(rule)).toEqual([...verbKeys]);
  });
});

test("[B1] the reasons of drops are those of PROTOCOL.md, in its order", () => {
  const [, table = ""] = /^\| reason counted \|.*\n\|---.*\n((?:\|.*\n)*)/m.exec(protocol) ?? [];
  const reasons = table.split("\n").flatMap((row) => quoted(row.split("|")[1] ?? ""));
  expect(reasons).toEqual(Object.keys(dropReasons));
});

describe("[R4] the table of $ keys", () => {
  const rows = rowsUnder("Keys of achex.2");

  test("[R4] has the keys of PROTOCOL.md, with their places and rules", () => {
    const written = rows.flatMap(([keys = "", place, , rules]) => quoted(keys).map((key) => ({ key, place, rules })));
    const known = Object.entries(dollarKeys).map(([key, { placement, rules }]) => ({
      key,
      place: placements[placement],
      rules,
    }));
    expect(written).toEqual(known);
  });

  test("[R4] takes every value that PROTOCOL.md shows", () => {
    for (const [keys = "", , values = ""] of rows) {
      for (const key of quoted(keys)) {
        const shown = values.replaceAll("<sid>", "1").replaceAll("<token>", "A".repeat(43));
        for (const value of quoted(shown).filter(isJson)) {
          const draft: Draft = { ...parseAchex2("{}"), request: undefined };
          const frame = `{"${key}":${value}}`;
          const fault = keyReaderOf(key)?.read(draft, JSON.parse(value), defaultParseLimits, frame);
          expect(`${key} ${value} ${fault}`).toBe(`${key} ${value} undefined`);
        }
      }
    }
  });

  test("[R4] is with the server's keys all that PROTOCOL.md names", () => {
    const [, sentence = ""] = /^shown\. The server sends (.*?);\sin a client's frame/ms.exec(protocol) ?? [];
    expect(quoted(sentence)).toEqual(
      [...serverKeys].sort((a, b) => quoted(sentence).indexOf(a) - quoted(sentence).indexOf(b)),
    );
    const named = new Set(Array.from(protocol.matchAll(/\$[a-z]+/g), ([key]) => key));
    const known: string[] = [...Object.keys(dollarKeys), ...serverKeys, ...storedMessageKeys];
    expect([...named].filter((key) => !known.includes(key))).toEqual([]);
  });
});

describe("the examples", () => {
  const texts = exampleGroups.flatMap(({ examples }) => examples.map(({ text }) => text));

  test("[V2 R4] show every verb, command, parameter and $ key", () => {
    const words = [...verbKeys.filter((key) => key !== "tos"), ...Object.keys(dollarKeys), ...parameterKeys];
    const shown = texts.filter(isJson).flatMap((text) => Object.keys(JSON.parse(text)));
    // Alternative spellings that new programs should not use, and a word that is shown bare.
    const hidden = ["password", "latency"];
    expect(words.filter((word) => !shown.includes(word) && !hidden.includes(word))).toEqual([]);
    const all = texts.join("\n");
    expect(Object.keys(commands).filter((word) => !all.includes(word))).toEqual([]);
  });

  test("[V2 R4] can be sent as they are, and name their rule", () => {
    for (const { achex2Only, examples } of exampleGroups) {
      for (const { text, rule } of examples) {
        const { request } = parseAchex2(text);
        expect({ text, verb: request.verb }).not.toEqual({
          text,
          verb: expect.stringMatching(/^(drop|refused|bad.*)$/),
        });
        if (!achex2Only) expect<string>(parse(text).verb).toBe(request.verb);
        expect(protocol).toMatch(new RegExp(`^\\| ${rule} \\|`, "m"));
      }
    }
  });
});
