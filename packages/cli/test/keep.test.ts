import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../server/src/clock.ts";
import { SqliteKeep } from "../../server/src/keep/sqlite-keep.ts";
import { lockData } from "../../server/src/start/data-lock.ts";
import { defaultRoomOptions } from "../../server/src/state.ts";
import { append, kept } from "../../server/test/contract/keep.ts";
import { achex } from "./kit/achex.ts";
import { temporaryFolder } from "./kit/serve.ts";

// Each command is two runtimes that start one after the other.
setDefaultTimeout(30_000);

let folder: ReturnType<typeof temporaryFolder>;
let data: string;

beforeAll(async () => {
  folder = temporaryFolder();
  data = join(folder.path, "data");
  mkdirSync(data);
  const keep = new SqliteKeep({
    folder: data,
    sync: "normal",
    clock: systemClock,
    maxChannels: 0,
    maxBytes: 0,
    maxQueuedBytes: 1e6,
    ruleOf: () => undefined,
    inUse: () => true,
    failed: () => {},
    damaged: () => {},
  });
  await append(keep, kept("chat"), '{"toH":"chat","msg":"secret words"}', 1_000);
  await append(keep, kept("chat"), new Uint8Array([1, 2, 255]), 2_000);
  await append(keep, { ...kept("\u001b[31m red"), kind: "name", instance: "hall" }, "{}", 3_000);
  const settled = Promise.withResolvers<unknown>();
  const room = { instance: "root", kind: "broadcast", name: "game" } as const;
  const keys = [
    { key: "__proto__", text: '{"x":1.0}', version: 4 },
    { key: "a", text: "2", version: 5 },
  ];
  keep.rooms.store({
    room,
    version: 5,
    options: defaultRoomOptions,
    changed: 1,
    keys,
    isNew: true,
    settled: settled.resolve,
  });
  await settled.promise;
  await keep.close();
});

afterAll(() => folder[Symbol.dispose]());

const keepCommand = (...args: string[]) => achex(["keep", ...args, "--data", data]);

describe("achex keep", () => {
  test("R140 list shows what each channel holds, with control characters escaped", async () => {
    const { code, out } = await keepCommand("list");
    expect(code).toBe(0);
    expect(out.split("\n")).toEqual([
      "hall\tname:\\u001b[31m red\t1\t2\t1970-01-01T00:00:03.000Z\t1970-01-01T00:00:03.000Z",
      "root\tbroadcast:game\t0\t20\t\t\t2 keys",
      "root\thub:chat\t2\t38\t1970-01-01T00:00:01.000Z\t1970-01-01T00:00:02.000Z",
      "",
    ]);
  });

  test("R148 export prints the state of a room as it is stored", async () => {
    const { code, out } = await keepCommand("export", "broadcast:game");
    expect(code).toBe(0);
    expect(out).toBe('{"key":"__proto__","value":{"x":1.0}}\n{"key":"a","value":2}\n');
  });

  test("R140 export prints the messages, and works while a relay has the folder", async () => {
    const lock = lockData(data);
    const { code, out } = await keepCommand("export", "hub:chat");
    lock.release();
    expect(code).toBe(0);
    expect(
      out
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { seq: 1, time: "1970-01-01T00:00:01.000Z", frame: '{"toH":"chat","msg":"secret words"}' },
      { seq: 2, time: "1970-01-01T00:00:02.000Z", base64: "AQL/" },
    ]);
  });

  test("a channel that is not kept, a wrong argument and a folder without kept messages are said in one line", async () => {
    const wrong = await keepCommand("export", "hub:other");
    expect(wrong).toMatchObject({ code: 1, out: "" });
    expect(wrong.err).toMatch(/^achex: hub:other of instance root is not kept in [^\n]*; [^\n]*\n$/);
    expect(await keepCommand("export", "chat")).toMatchObject({ code: 2, out: "" });
    const empty = await achex(["keep", "list", "--data", folder.path]);
    expect(empty).toMatchObject({ code: 1, out: "" });
    expect(empty.err).toMatch(/^achex: nothing has been kept in [^\n]*\n$/);
  });

  test("purge deletes from the disk, but not while a relay runs", async () => {
    const lock = lockData(data);
    const { code, err } = await keepCommand("purge", "hub:chat");
    expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining("a relay is using") });
    lock.release();
    expect(readFileSync(join(data, "keep.db"), "latin1")).toContain("secret words");
    expect((await keepCommand("purge", "hub:chat")).err).toBe(
      `achex: deleted 2 messages of hub:chat (instance root) from ${data}\n`,
    );
    expect(readFileSync(join(data, "keep.db"), "latin1")).not.toContain("secret words");
    expect((await keepCommand("export", "hub:chat")).out).toBe("");
  });
});
