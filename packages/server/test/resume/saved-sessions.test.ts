import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UnusableFile } from "../../src/resume/saved-format.ts";
import { SAVED_SESSIONS, saveSessions, takeSessions } from "../../src/resume/saved-sessions.ts";
import { savedNode, sessionWithFrames } from "./saved-node.ts";

const node = savedNode([sessionWithFrames(1, ["a", "b"])]);
const check = { time: node.savedAt + 3_000, lastSessionId: node.lastSessionId, auth: "open", window: 120_000 };

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "achex-test-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const path = () => join(folder, SAVED_SESSIONS);

describe("the saved sessions in the data folder", () => {
  test("are what was saved, with their age", () => {
    const bytes = saveSessions(folder, node);
    expect(statSync(path()).size).toBe(bytes);
    expect(takeSessions(folder, check)).toMatchObject({ node, age: 3_000, bytes });
  });

  test("are readable by their owner only, because they contain messages", () => {
    saveSessions(folder, node);
    expect(statSync(path()).mode & 0o777).toBe(0o600);
  });

  test("are loaded once, even if the relay crashes right after loading them", () => {
    saveSessions(folder, node);
    takeSessions(folder, check);
    expect(takeSessions(folder, check)).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
  });

  test("are gone when the relay has started", () => {
    saveSessions(folder, node);
    takeSessions(folder, check)?.remove();
    expect(readdirSync(folder)).toEqual([]);
  });

  test("stay there when the relay cannot start", () => {
    saveSessions(folder, node);
    takeSessions(folder, check)?.putBack();
    expect(takeSessions(folder, check)?.node).toEqual(node);
  });

  test("that a crash left half loaded or half written are removed", () => {
    writeFileSync(`${path()}.loading`, "rest of a load");
    writeFileSync(`${path()}.new`, "rest of a save");
    expect(takeSessions(folder, check)).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
  });

  test("replace those of an earlier stop", () => {
    saveSessions(folder, savedNode([]));
    saveSessions(folder, node);
    expect(takeSessions(folder, check)?.node).toEqual(node);
  });

  test.each<[string, Partial<typeof check>, string]>([
    ["older than the window", { time: node.savedAt + 120_001 }, "it is 120 s old"],
    ["of another auth mode", { auth: "accounts" }, "it was written with --auth open"],
    ["of an earlier run", { lastSessionId: node.lastSessionId + 1 }, "it was not written by the latest run"],
  ])("%s are rejected as a whole and removed", (_, other, reason) => {
    saveSessions(folder, node);
    expect(() => takeSessions(folder, { ...check, ...other })).toThrow(new UnusableFile(reason));
    expect(readdirSync(folder)).toEqual([]);
  });

  test("that are damaged are rejected as a whole and removed", () => {
    truncateSync(path(), saveSessions(folder, node) - 1);
    expect(() => takeSessions(folder, check)).toThrow(UnusableFile);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("do not become younger than new when the clock is set back", () => {
    saveSessions(folder, node);
    expect(takeSessions(folder, { ...check, time: node.savedAt - 3_600_000 })?.age).toBe(0);
  });

  test("are not replaced by a part when the disk is full", () => {
    saveSessions(folder, node);
    const before = readFileSync(path());
    symlinkSync("/dev/full", `${path()}.new`);
    expect(() => saveSessions(folder, node)).toThrow("ENOSPC");
    expect(readFileSync(path())).toEqual(before);
    expect(readdirSync(folder)).toEqual([SAVED_SESSIONS]);
  });
});
