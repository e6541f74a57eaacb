import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sqliteAccounts } from "../../server/src/accounts/sqlite.ts";
import { argonPasswords } from "../../server/src/auth/passwords.ts";
import { achex, LAUNCHER } from "./kit/achex.ts";
import { temporaryFolder } from "./kit/serve.ts";

// Each command is two runtimes that start one after the other, and a password hash.
setDefaultTimeout(30_000);

let folder: ReturnType<typeof temporaryFolder>;
let data: string;

beforeAll(() => {
  folder = temporaryFolder();
  data = join(folder.path, "data");
});

afterAll(() => folder[Symbol.dispose]());

const hashOf = (kind: "user" | "service", name: string): string => {
  const accounts = sqliteAccounts(data);
  const found = accounts.find(kind, name);
  accounts.close();
  return found?.passwordHash ?? "none";
};

const fits = (kind: "user" | "service", name: string, password: string) =>
  argonPasswords.verify(password, hashOf(kind, name));

describe("achex service and achex user", () => {
  test("add reads the first line of standard input, makes the data folder, and says where the account is", async () => {
    const ended = await achex(["service", "add", "from-input", "--data", data], { input: "se cret\r\nmore\n" });
    expect(ended).toEqual({ code: 0, out: "", err: `achex: added service from-input in ${data}\n` });
    expect(await fits("service", "from-input", "se cret")).toBe(true);
  });

  test("add --generate prints a strong password, alone on standard output, and the account has it", async () => {
    const { code, out, err } = await achex(["user", "add", "generated", "--generate", "--data", data]);
    expect({ code, err }).toEqual({
      code: 0,
      err: `achex: added user generated in ${data}; its password, shown only once:\n`,
    });
    expect(out).toMatch(/^[A-HJ-NP-Za-km-z2-9]{24}\n$/);
    expect(await fits("user", "generated", out.trim())).toBe(true);
    expect(readFileSync(join(data, "achex.db")).includes(out.trim())).toBe(false);
  });

  test("passwd replaces the password and keeps the delivery", async () => {
    await achex(["service", "add", "in-turn", "--delivery", "one", "--data", data], { input: "old\n" });
    const { code } = await achex(["service", "passwd", "in-turn", "--data", data], { input: "new\n" });
    expect(code).toBe(0);
    expect([await fits("service", "in-turn", "old"), await fits("service", "in-turn", "new")]).toEqual([false, true]);
    const { out } = await achex(["service", "list", "--data", data]);
    expect(out.split("\n")).toContain("in-turn\tone");
  });

  test("a full disk is one line that says so, and nothing is changed", async () => {
    await achex(["user", "add", "before", "--generate", "--data", data]);
    const before = hashOf("user", "before");
    // No file may grow beyond 64 KiB, as on a disk that is full; the write-ahead log, which stays as long as the database is
    // open somewhere, has passed that already.
    const by = ["sh", "-c", `trap "" XFSZ; ulimit -f 128; exec node "$@"`, "sh", LAUNCHER];
    const server = sqliteAccounts(data);
    const filler = { kind: "service", name: "filler", passwordHash: "h".repeat(3_000), delivery: "all" } as const;
    for (let i = 0; i < 50; i++) server.put(filler);
    for (const args of [
      ["add", "late"],
      ["passwd", "before"],
    ]) {
      const { code, out, err } = await achex(["user", ...args, "--generate", "--data", data], { by });
      expect({ code, out }).toEqual({ code: 1, out: "" });
      expect(err).toMatch(/^achex: [^\n]*(the disk is full|disk I\/O error)[^\n]*\n$/);
    }
    server.remove("service", "filler");
    server.close();
    expect([hashOf("user", "before"), hashOf("user", "late")]).toEqual([before, "none"]);
  });

  test("list prints one account a line, services with their delivery; remove takes one away", async () => {
    await achex(["user", "add", "to-stay", "--generate", "--data", data]);
    await achex(["user", "add", "to-go", "--generate", "--data", data]);
    const before = await achex(["user", "list", "--data", data]);
    expect(before.out.split("\n")).toEqual(expect.arrayContaining(["to-go", "to-stay"]));
    const removed = await achex(["user", "remove", "to-go", "--data", data]);
    expect(removed).toEqual({ code: 0, out: "", err: `achex: removed user to-go from ${data}\n` });
    const after = await achex(["user", "list", "--data", data]);
    expect(after.out.split("\n")).not.toContain("to-go");
    expect(after.out.split("\n")).toContain("to-stay");
  });

  test("the data folder comes from ACHEX_DATA or from the config file, in the server's own order", async () => {
    using own = temporaryFolder();
    writeFileSync(join(own.path, "achex.toml"), 'data = "./by-file"\n');
    const surroundings = { cwd: own.path };
    await achex(["service", "add", "one", "--generate"], surroundings);
    expect(existsSync(join(own.path, "by-file/achex.db"))).toBe(true);
    await achex(["service", "add", "one", "--generate"], { ...surroundings, env: { ACHEX_DATA: "./by-variable" } });
    expect(existsSync(join(own.path, "by-variable/achex.db"))).toBe(true);
  });
});

describe("what cannot be is said in one line, with exit code 1", () => {
  beforeAll(async () => {
    await achex(["service", "add", "taken", "--data", data], { input: "first\n" });
  });

  const long = "x".repeat(129);
  test.each([
    [
      "a name that exists",
      ["service", "add", "taken"],
      'taken is already a service; "achex service passwd" changes its password',
    ],
    ["a user under a service's name", ["user", "add", "taken"], "taken is already a service; choose another name"],
    [
      "a name too long",
      ["user", "add", long],
      "a name must have 1 to 128 bytes and no control characters; choose another",
    ],
    [
      "a name with a control character",
      ["user", "add", "a\tb"],
      "a name must have 1 to 128 bytes and no control characters; choose another",
    ],
    ["no password", ["user", "add", "nobody"], "the password is empty; enter one, or use --generate"],
    [
      "a new password for nobody",
      ["user", "passwd", "nobody"],
      'there is no user nobody in DATA; "achex user list" lists them',
    ],
    [
      "removing nobody",
      ["service", "remove", "nobody"],
      'there is no service nobody in DATA; "achex service list" lists them',
    ],
  ])("%s", async (_, args, line) => {
    const before = hashOf("service", "taken");
    const ended = await achex([...args, "--data", data]);
    expect(ended).toEqual({ code: 1, out: "", err: `achex: ${line.replace("DATA", data)}\n` });
    expect(hashOf("service", "taken")).toBe(before);
    expect(hashOf("user", "nobody")).toBe("none");
  });

  test("a data folder that is not there is not made by commands that only read", async () => {
    const missing = join(folder.path, "misspelt");
    const { code, err } = await achex(["service", "list", "--data", missing]);
    expect({ code, err }).toEqual({
      code: 1,
      err: `achex: there is no data folder ${missing}; set it with --data\n`,
    });
    expect(existsSync(missing)).toBe(false);
  });

  test("a data folder that cannot be", async () => {
    const file = join(folder.path, "file");
    writeFileSync(file, "");
    const { code, err } = await achex(["service", "add", "x", "--generate", "--data", join(file, "data")]);
    expect(code).toBe(1);
    expect(err).toMatch(/^achex: data folder .*file\/data cannot be used: .+\n$/);
  });

  test("an empty list is not a failure", async () => {
    using own = temporaryFolder();
    const ended = await achex(["service", "list", "--data", own.path]);
    expect(ended).toEqual({
      code: 0,
      out: "",
      err: `achex: there are no services in ${own.path}; "achex service add NAME" adds one\n`,
    });
  });
});
