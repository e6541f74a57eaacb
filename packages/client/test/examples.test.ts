import { afterAll, beforeAll, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { startServer, type TestServer } from "../../server/test/kit/server.ts";
import { within } from "./kit/until.ts";

const folder = join(import.meta.dir, "../../../examples");
const files = readdirSync(folder).filter((name) => name.endsWith(".ts"));

/** What each prints. */
const printed: Record<string, string[]> = {
  "ask.ts": ["{\n  quotient: 2,\n}", "division-by-zero", "no-such-name"],
  "binary.ts": ["image/jpeg, 70000 bytes"],
  "catch-up.ts": ["run 1: 11\nrun 1: 12\nrun 2: 21\nrun 2: 22"],
  "contract.ts": ["soup in 3 minutes"],
  "cursor.ts": ["30 positions, the last at x = 30, sent in time"],
  "file.ts": ["Ann sent letter.txt: dear Bob", "arrived as 81f5de88"],
  "hello.ts": ["Ann says hi", "delivered to 1"],
  "history.ts": ["3. Ann: three\n4. Ann: four\nread to 4\nof 1 to 4: one, two, three\nof 1 to 4: four"],
  "hold.ts": ["the list still has 1 member, status in", "left the room"],
  "inbox.ts": ["in the inbox: true, message 1\nstored before: true\nAnn orders soup"],
  "presence.ts": ["Bob joined in blue", "Bob left, 1 remains"],
  "progress.ts": ["25 %", "50 %", "75 %", '{\n  bread: "warm",\n}'],
  "restart.ts": ["1,000 messages, once and in order"],
  "resume.ts": ["resumed, 3 frames replayed", "Bob got 1\nBob got 2\nBob got 3"],
  "room.ts": ["Bob: knock", "Bob: knock", "Bob: bye"],
  "stream.ts": ["zeros: 2000000 bytes"],
  "watch.ts": ["online now: []", "Bob is online", "Bob is offline"],
};

let server: TestServer;
beforeAll(async () => {
  const kept = ["hub:* instance=history.ts", "hub:* instance=catch-up.ts", "name:* instance=inbox.ts"];
  server = await startServer({ auth: "claim", keep: kept.join(", ") });
});
afterAll(() => server.stop());

test("there are seventeen examples of at most 20 lines", () => {
  expect(files.toSorted()).toEqual(Object.keys(printed));
  expect(files.length).toBe(17);
  for (const name of files) {
    const lines = readFileSync(join(folder, name), "utf8").trimEnd().split("\n").length;
    expect(`${name} ${lines <= 20}`).toBe(`${name} true`);
  }
});

/** Milliseconds; one example starts a relay twice. */
const PATIENCE = 60_000;

test.each(files)("examples/%s runs and ends on its own", async (name) => {
  const example = Bun.spawn([process.execPath, join(folder, name), server.ws(`/${name}`)], {
    stdout: "pipe",
    stderr: "pipe",
    env: Object.fromEntries(Object.entries(process.env).filter(([key]) => key !== "FORCE_COLOR")),
  });
  const [out, errors, code] = await within(
    `the end of ${name}`,
    Promise.all([example.stdout.text(), example.stderr.text(), example.exited]),
    PATIENCE,
  );
  expect([errors, code]).toEqual(["", 0]);
  for (const line of printed[name] ?? []) expect(out).toContain(line);
});
