import { describe, expect, test } from "bun:test";
import { options } from "@achex/server/config";
import { version } from "@achex/server/version";
import { achex } from "./kit/achex.ts";

describe("the command line", () => {
  test("--version prints the version", async () => {
    expect(await achex(["--version"])).toEqual({ code: 0, out: `${version}\n`, err: "" });
  });

  test("--help lists the commands, examples and exit codes", async () => {
    const { code, out, err } = await achex(["--help"]);
    expect([code, err]).toEqual([0, ""]);
    for (const command of ["serve", "service", "user", "listen", "send", "bench"])
      expect(out).toContain(`\n  ${command} `);
    expect(out).toContain("Exit codes: 0 success, 1 failure, 2 invalid command line.");
  });

  test("without a command: the help on standard error, exit code 2", async () => {
    const { code, out, err } = await achex([]);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain("Usage: achex");
  });

  test("serve --help shows every option with unit and default, and where else settings come from", async () => {
    const { code, out } = await achex(["serve", "--help"]);
    expect(code).toBe(0);
    const text = out.replace(/\s+/g, " ");
    for (const { name, placeholder, help, defaultText } of options) {
      expect(text).toContain(`--${name} <${placeholder}> ${help} (default: ${defaultText})`);
    }
    expect(text).toContain("--max-frame is ACHEX_MAX_FRAME");
  });

  test.each(["serve", "service", "user", "listen", "send", "ask", "status", "history", "bench"])(
    "%s --help has examples and exit codes",
    async (name) => {
      const { code, out } = await achex([name, "--help"]);
      expect(code).toBe(0);
      expect(out).toContain(`  $ achex ${name}`);
      expect(out).toContain("Exit codes: ");
      const hasSubcommands = ["service", "user"].includes(name);
      expect(out.includes("help [command]")).toBe(hasSubcommands);
    },
  );

  test.each<[string, string[], string]>([
    ["an unknown command", ["srve"], "unknown command 'srve' (Did you mean serve?)"],
    ["an unknown flag", ["serve", "--prot", "1"], "unknown option '--prot' (Did you mean --port?)"],
    [
      "a flag without its value",
      ["serve", "--port"],
      "option '--port <PORT>' argument missing; see achex serve --help",
    ],
    [
      "a stray argument",
      ["serve", "now"],
      "too many arguments for 'serve'. Expected 0 arguments but got 1; see achex serve --help",
    ],
    ["a command unlike any", ["user", "frob"], "unknown command 'frob'; see achex user --help"],
    ["a missing name", ["listen", "localhost"], "required option '--as <NAME>' not specified; see achex listen --help"],
    ["a missing address", ["bench"], "missing required argument 'URL'"],
    [
      "an unknown dialect",
      ["listen", "x", "--as", "a", "--dialect", "xmpp"],
      "Allowed choices are achex.2, classic, cloud.",
    ],
    ["a count of nothing", ["listen", "x", "--as", "a", "--count", "0"], "Give a whole number from 1 to 1000000."],
    [
      "an odd scheme",
      ["send", "ftp://x", "--as", "a", "--to", "b", "hi"],
      "ftp://x is not a WebSocket address; use one with",
    ],
    ["two kinds of target", ["send", "x", "--as", "a", "--to", "b", "--hub", "c", "hi"], "give one kind of target: "],
    ["an odd session", ["send", "x", "--as", "a", "--to-session", "b", "hi"], "--to-session takes a session id, not b"],
    ["no target", ["send", "x", "--as", "a", "hi"], "hi is not a frame; give a target"],
    ["a history of nothing", ["history", "x", "--as", "a"], "give either --hub or --bc"],
    ["an odd position", ["history", "x", "--as", "a", "--hub", "h", "--after", "7"], "Give EPOCH/SEQ"],
    ["broken JSON", ["send", "x", "--as", "a", "--to", "b", '{"x":'], '{"x": is not valid JSON: '],
    [
      "two addresses",
      ["send", "x", "--as", "a", "--to", "b", '{"bc":"c"}'],
      '{"bc":"c"} already has an address in "bc"',
    ],
  ])("%s: one line and exit code 2", async (_what, args, message) => {
    const { code, out, err } = await achex(args);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toStartWith("achex: ");
    expect(err).toContain(message);
    expect(err.indexOf("\n")).toBe(err.length - 1);
  });
});
