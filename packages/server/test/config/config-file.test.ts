import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError, createConfig } from "../../src/config/config.ts";
import { fileLayer } from "../../src/config/layers.ts";

const folder = mkdtempSync(join(tmpdir(), "achex-config-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

const read = (path: string) => createConfig([fileLayer(path) ?? { origin: String, settings: {} }]);

describe("config file", () => {
  test("TOML: numbers, texts, sizes and lists", () => {
    const path = write("good.toml", 'port = 5000\nmax-frame = "64KiB"\norigins = ["https://a.example", "null"]\n');
    expect(read(path)).toMatchObject({
      port: 5000,
      limits: { frameBytes: 65_536 },
      origins: ["https://a.example", "null"],
    });
  });

  test("JSON: the same keys", () => {
    const path = write("good.json", '{"port":5000,"max-frame":65536,"reserve":"a-*,b"}');
    expect(read(path)).toMatchObject({ port: 5000, limits: { frameBytes: 65_536 }, reserve: ["a-*", "b"] });
  });

  test.each([
    ["bad.toml", "port = = 1", "is not valid TOML: "],
    ["bad.json", '{"port":', "is not valid JSON: "],
    ["list.json", "[1]", "must contain settings by name, such as port = 4010"],
    ["null.json", "null", "must contain settings by name"],
    ["table.toml", "[limits]\nmax-frame = 1\n", "key limits is not a setting"],
  ])("%s is refused with the file's name, on one line", (name, text, message) => {
    const path = write(name, text);
    try {
      read(path);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      expect(error.message).toContain(path);
      expect(error.message).toContain(message);
      expect(error.message).not.toContain("\n");
      return;
    }
    throw new Error("nothing was refused");
  });

  test("a file that is not there, or is a folder, is refused", () => {
    const missing = join(folder, "missing.toml");
    expect(() => fileLayer(missing)).toThrow(`config file ${missing} cannot be read: no such file or folder`);
    expect(() => fileLayer(folder)).toThrow(`config file ${folder} cannot be read: it is a folder`);
  });
});
