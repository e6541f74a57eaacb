import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createLog } from "../../src/log/create-log.ts";
import type { Log } from "../../src/log/log.ts";

type Format = Parameters<typeof createLog>[0]["log"];

function written(log: Format, use: (log: Log) => void, { level = "info", colours = false } = {}): string {
  let text = "";
  const logLevel = level === "info" ? "info" : "warning";
  use(createLog({ log, logLevel }, { colours, write: (line) => (text += line) }));
  return text;
}

const HOSTILE = "eve\n00:00:00 info    login name=root \u001b[2J\u009b31m \u2028\u202e\u061c\r\u0000\u007f";
const UNPRINTABLE = /[\p{Cc}\u061c\u2028\u2029\u202e]/u;

describe("log lines", () => {
  test.each(["pretty", "json"] as const)(
    "%s: a hostile name stays on its line and cannot command the terminal",
    (format) => {
      const text = written(format, (log) => log.info("login", { name: HOSTILE, [HOSTILE]: [HOSTILE] }));
      expect(text).toEndWith("\n");
      expect(text.slice(0, -1)).not.toMatch(UNPRINTABLE);
    },
  );

  test("json: one object a line, whose fields are what was logged", () => {
    const text = written("json", (log) => log.warn("login", { name: HOSTILE }));
    expect(JSON.parse(text)).toMatchObject({ level: "WARN", message: "login", properties: { name: HOSTILE } });
  });

  test("json: any field can be read back unchanged", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (name) => {
        const text = written("json", (log) => log.info("login", { name }));
        expect(JSON.parse(text).properties.name).toBe(name);
        expect(text.indexOf("\n")).toBe(text.length - 1);
      }),
      { numRuns: 200 },
    );
  });

  test("pretty: time, level, event and fields on one line, without colours unless asked", () => {
    const use = (log: Log) => log.info("stopping", { signal: "SIGTERM", drain: 5, why: "two words", none: undefined });
    expect(written("pretty", use)).toMatch(
      /^\d\d:\d\d:\d\d info {4}stopping signal=SIGTERM drain=5 why="two words"\n$/,
    );
    expect(written("pretty", use, { colours: true })).toContain("\u001b[");
  });

  test("pretty: an error is named, without its stack", () => {
    const text = written("pretty", (log) => log.error("failed", { error: new TypeError("no\nway") }));
    expect(text).toMatch(/ error {3}failed error="TypeError: no way"\n$/);
  });

  test("lines below the level are omitted", () => {
    const use = (log: Log) => {
      log.debug("a");
      log.info("b");
      log.warn("c");
      log.error("d");
    };
    expect(written("pretty", use).split("\n")).toHaveLength(4);
    expect(written("pretty", use, { level: "warning" }).split("\n")).toHaveLength(3);
  });
});
