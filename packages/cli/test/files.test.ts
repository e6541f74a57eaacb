import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "../../server/test/kit/wait.ts";
import { achex, type Running, start } from "./kit/achex.ts";
import { type Served, serve, temporaryFolder } from "./kit/serve.ts";

// Each command is two runtimes that start one after the other.
setDefaultTimeout(180_000);

let served: Served;
beforeAll(async () => {
  served = await serve();
});
afterAll(() => served[Symbol.asyncDispose]());

const sha256 = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");
const send = (...args: string[]): Running => start(["files", "send", ...args, "--relay", served.classic]);
const receive = (...args: string[]): Running => start(["files", "receive", ...args, "--relay", served.classic]);

test("a folder travels by link: every file with its hash on both sides, nothing is overwritten, links are skipped", async () => {
  using from = temporaryFolder();
  using into = temporaryFolder();
  mkdirSync(join(from.path, "trip/photos"), { recursive: true });
  writeFileSync(join(from.path, "trip/photos/sea.jpg"), Buffer.alloc(300_000, "sea"));
  writeFileSync(join(from.path, "trip/empty"), "");
  symlinkSync("/etc/passwd", join(from.path, "trip/link"));
  mkdirSync(join(into.path, "trip"));
  await using sender = send(join(from.path, "trip"));
  const link = await sender.out.next("the link", 60_000);
  expect(link).toMatch(/^http:.*\/demos\/files\?join=[2-9B-Z]{5}#k=[\w-]{22}$/);
  await using receiver = receive(link, "--into", into.path);
  const [sent, received] = await Promise.all([sender.ended, receiver.ended]);
  expect([sent.code, received.code]).toEqual([0, 0]);
  const photo = join(into.path, "trip (2)/photos/sea.jpg");
  const hash = sha256(join(from.path, "trip/photos/sea.jpg"));
  expect(sha256(photo)).toBe(hash);
  expect(sent.out).toContain(`${hash}  trip/photos/sea.jpg\n`);
  expect(received.out).toContain(`${hash}  ${photo}\n`);
  expect(sent.err).toContain("trip/link is skipped");
  expect(readdirSync(into.path).toSorted()).toEqual(["trip", "trip (2)"]);
});

test("a receiver that was killed goes on where it was, when both commands run again", async () => {
  using from = temporaryFolder();
  using into = temporaryFolder();
  const file = join(from.path, "film.mkv");
  const bytes = Buffer.alloc(24 * 1024 * 1024);
  for (let at = 0; at < bytes.length; at += 4_096) bytes.writeUInt32LE(at, at);
  writeFileSync(file, bytes);
  const room = ["--to", "BCDFG", "--yes"];
  await using first = receive("BCDFG", "--into", into.path, "--yes");
  await first.err.next("the receiver waits", 60_000);
  await using sender = send(file, ...room);
  const partial = () => readdirSync(into.path).find((name) => name.startsWith(".achex-partial-"));
  const offset = (): number => {
    const state = join(into.path, partial() ?? "", "state.json");
    return partial() && existsSync(state) ? (JSON.parse(readFileSync(state, "utf8")).mark?.offset ?? 0) : 0;
  };
  await until("8 MiB are marked", () => offset() >= 8 * 1024 * 1024, 90_000);
  process.kill(first.pid, "SIGKILL");
  sender.signal("SIGINT");
  expect(await sender.ended).toMatchObject({ code: 1, err: expect.stringContaining("run the command again") });
  await first.ended;
  const marked = offset();

  await using second = receive("BCDFG", "--into", into.path, "--yes");
  await second.err.next("the receiver waits", 60_000);
  await using resent = send(file, ...room);
  const ended = await second.ended;
  expect(ended.code).toBe(0);
  expect((await resent.ended).code).toBe(0);
  expect(marked).toBeGreaterThanOrEqual(8 * 1024 * 1024);
  expect(ended.err).toMatch(/\d+ MB of them are here already/);
  expect(sha256(join(into.path, "film.mkv"))).toBe(sha256(file));
  expect(readdirSync(into.path)).toEqual(["film.mkv"]);
  truncateSync(file, 1);
});

test("what is wrong is said in one line", async () => {
  expect(await achex(["files", "send", "/does/not/exist"])).toMatchObject({
    code: 1,
    err: expect.stringContaining("cannot read /does/not/exist"),
  });
  expect(await achex(["files", "receive", "not-a-code"])).toMatchObject({
    code: 2,
    err: expect.stringContaining("not a room code"),
  });
  using into = temporaryFolder();
  await using receiver = receive("BCDFH", "--into", into.path);
  await receiver.err.next("the receiver waits", 60_000);
  await using sender = send(import.meta.path, "--to", "BCDFH");
  // Nobody compares emoji where there is no terminal.
  expect(await sender.ended).toMatchObject({ code: 2, err: expect.stringContaining("--yes") });
});
