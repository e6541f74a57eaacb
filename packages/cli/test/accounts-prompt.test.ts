import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { sqliteAccounts } from "../../server/src/accounts/sqlite.ts";
import { until, within } from "../../server/test/kit/wait.ts";
import { temporaryFolder } from "./kit/serve.ts";

setDefaultTimeout(30_000);

/** Runs `achex` in a terminal and types each answer when its question appears. Returns what the terminal showed. */
async function onTerminal(args: readonly string[], answers: readonly (readonly [string, string])[]) {
  let shown = "";
  const child = Bun.spawn(["node", join(import.meta.dir, "../bin/achex.mjs"), ...args], {
    env: { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "" },
    terminal: {
      cols: 200,
      rows: 24,
      data: (_, bytes) => {
        shown += Buffer.from(bytes).toString();
      },
    },
  });
  for (const [question, answer] of answers) {
    await until(`the question ${question}`, () => shown.includes(question), 20_000);
    child.terminal?.write(answer);
  }
  const code = await within("the command to end", child.exited, 20_000);
  await until("all its output", () => shown.endsWith("\n"));
  child.terminal?.close();
  return { code, shown };
}

describe("the password is asked for on a terminal", () => {
  test("twice, and never shown", async () => {
    using folder = temporaryFolder();
    const { code, shown } = await onTerminal(
      ["service", "add", "calc", "--data", folder.path],
      [
        ["Password of service calc: ", "hun\x7fnter2\r"],
        ["Repeat the password: ", "hunter2\r"],
      ],
    );
    expect({ code, shown }).toEqual({
      code: 0,
      shown: `Password of service calc: \r\nRepeat the password: \r\nachex: added service calc in ${folder.path}\r\n`,
    });
  });

  test.each([
    ["two that differ", ["secret\r", "secreT\r"], "the two passwords differ; nothing was changed"],
    ["Ctrl-C", ["sec\x03"], "no password was given; nothing was changed"],
    ["Ctrl-D", ["\x04"], "no password was given; nothing was changed"],
    ["an empty one", ["\r"], "the password is empty; enter one, or use --generate"],
  ])("%s: nothing is stored", async (_, typed, line) => {
    using folder = temporaryFolder();
    const questions = ["Password of user ann: ", "Repeat the password: "];
    const answers = typed.map((text, i) => [questions[i] ?? "", text] as const);
    const { code, shown } = await onTerminal(["user", "add", "ann", "--data", folder.path], answers);
    expect(code).toBe(1);
    expect(shown).toEndWith(`achex: ${line}\r\n`);
    expect(shown).not.toContain("sec");
    const accounts = sqliteAccounts(folder.path);
    expect(accounts.list("user")).toEqual([]);
    accounts.close();
  });
});
