import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { connect } from "@achex/client";
import { isJsonObject } from "@achex/protocol";
import { within } from "../../server/test/kit/wait.ts";
import { achex, start } from "./kit/achex.ts";
import { type Served, serve } from "./kit/serve.ts";

// Each command is two runtimes that start one after the other.
setDefaultTimeout(60_000);

let served: Served;
let epoch: string;

beforeAll(async () => {
  served = await serve("--keep", "hub:k* messages=300");
  const ann = connect(`ws://${served.classic}`, { name: "Ann" });
  const room = ann.hub("k1");
  await room.join();
  for (let n = 1; n <= 250; n++) void room.send({ n });
  await room.sendBinary(Uint8Array.of(1, 2, 255), {});
  epoch = room.position?.epoch ?? "";
  ann.close();
});

afterAll(() => served[Symbol.asyncDispose]());

const history = (...args: string[]) => achex(["history", served.classic, "--as", "me", "--hub", "k1", ...args]);
const parsed = (out: string) =>
  out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line))
    .filter(isJsonObject);
const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe("achex history", () => {
  test("R142 the newest messages, with position and time, bytes in base64; then how to go on", async () => {
    const { code, out, err } = await history("--last", "2");
    expect(code).toBe(0);
    const common = { toH: "k1", sID: expect.any(Number), FROM: "Ann", $at: expect.any(Number) };
    expect(parsed(out)).toEqual([
      { ...common, n: 250, $seq: 250 },
      { ...common, $seq: 251, $binary: "AQL/" },
    ]);
    expect(err).toBe(`achex: to go on from here, use --after ${epoch}/251\n`);
  });

  test("R142 over several pages, in order: the newest, all, and those before a position", async () => {
    const seqs = async (...args: string[]) => parsed((await history(...args)).out).map(({ $seq }) => $seq);
    expect(await seqs("--last", "230")).toEqual(range(22, 251));
    expect(await seqs("--after", "start")).toEqual(range(1, 251));
    expect(await seqs("--before", `${epoch}/10`, "--last", "3")).toEqual(range(7, 9));
  });

  test("a position of another epoch, and a channel that is not kept", async () => {
    const other = await history("--after", "old/7");
    expect(parsed(other.out)).toHaveLength(251);
    expect(other.err).toContain("of another epoch");
    const plain = await achex(["history", served.classic, "--as", "me", "--hub", "plain"]);
    expect(plain).toMatchObject({ code: 1, out: "" });
    expect(plain.err).toMatch(/^achex: history of hub "plain": The channel is not kept[^\n]*\n$/);
    const follow = await achex(["history", served.classic, "--as", "me", "--hub", "plain", "--follow"]);
    expect(follow).toMatchObject({ code: 1, out: "" });
    expect(follow.err).toContain("is not kept");
  });

  test("R143 --follow prints what came since, then what comes, and ends on Ctrl-C", async () => {
    await using following = start([
      "history",
      served.classic,
      "--as",
      "me",
      "--hub",
      "k1",
      "--follow",
      "--after",
      `${epoch}/249`,
    ]);
    const seq = async () => JSON.parse(await following.out.next("a message", 20_000)).$seq;
    expect([await seq(), await seq()]).toEqual([250, 251]);
    const sent = await achex(["send", served.classic, "--as", "bob", "--hub", "k1", "hello"]);
    expect(sent.code).toBe(0);
    expect(JSON.parse(await following.out.next("the new message", 20_000))).toMatchObject({ msg: "hello", $seq: 252 });
    following.signal("SIGINT");
    expect((await within("the end", following.ended, 20_000)).err).toContain(`--after ${epoch}/252`);
  });
});
