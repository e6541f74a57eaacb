import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { connect } from "@achex/client";
import { faults } from "@achex/protocol";
import { within } from "../../server/test/kit/wait.ts";
import { achex, start } from "./kit/achex.ts";
import { serve } from "./kit/serve.ts";

// Each test starts processes. The deadline only ends a test that hangs: a busy machine may need long for each.
setDefaultTimeout(120_000);

const NOBODY = `${faults["no-such-name"].message} ${faults["no-such-name"].remedy}`;

describe("achex listen and achex send support achex.2 where the server does", () => {
  test("R11: a message to nobody fails in words; one to somebody does not", async () => {
    await using served = await serve();
    await using alice = start(["listen", served.classic, "--as", "alice"]);
    expect(await alice.err.next("the notice", 20_000)).toMatch(
      /^achex: listening as "alice", session \d+, latency (less than 1|\d+) ms$/,
    );
    const args = ["send", served.classic, "--as", "bob", "--to"];
    expect(await achex([...args, "alice", "hi"])).toEqual({ code: 0, out: "", err: "" });
    const { code, err } = await achex([...args, "nobody", "hi", "again"]);
    const refused = '{"to":"nobody","msg":"hi"} was rejected';
    expect([code, err]).toEqual([1, `achex: ${refused}: ${NOBODY} (and 1 more)\n`]);
  });

  test("L4: a frame too large is not sent, and its size and the limit are shown", async () => {
    await using served = await serve("--max-frame", "1KiB");
    const { code, err } = await achex(["send", served.classic, "--as", "bob", "--to", "bob", "x".repeat(2_000)]);
    expect(code).toBe(1);
    expect(err).toMatch(/^achex: .* was rejected: The frame has 20\d\d bytes; the limit is 1024\. /);
  });

  test("R6: a frame with a $ref of its own is not sent, for its answer could not be told", async () => {
    await using served = await serve();
    const { code, err } = await achex(["send", served.classic, "--as", "bob", "--to", "bob", '{"$ref":5}']);
    expect(code).toBe(1);
    expect(err).toBe('achex: {"to":"bob","$ref":5} has a $ref, which this command sets itself\n');
  });

  test("R20: --presence shows the roster, who comes and who goes", async () => {
    await using served = await serve();
    await using alice = start(["listen", served.classic, "--as", "alice", "--hub", "lobby", "--presence"]);
    expect(await alice.out.next("the roster", 20_000)).toStartWith('{"$roster":{"hub":"lobby","count":1,');
    const bob = connect(`ws://${served.classic}`, { name: "bob" });
    await bob.hub("lobby").join();
    expect(await alice.out.next("the arrival")).toStartWith('{"$joined":{"hub":"lobby","name":"bob",');
    bob.close();
    expect(await alice.out.next("the departure")).toStartWith('{"$left":{"hub":"lobby","name":"bob",');
  });

  test("R60: --reconnect reconnects after a lost connection; without it the command ends", async () => {
    const served = await serve();
    await using alice = start(["listen", served.classic, "--as", "alice", "--reconnect"]);
    await alice.err.next("the notice", 20_000);
    await served[Symbol.asyncDispose]();
    expect(await alice.err.next("the cut")).toBe("achex: connection lost (4004); reconnecting");
    alice.signal("SIGINT");
    expect((await within("alice to end", alice.ended, 10_000)).code).toBe(0);
  });
});

describe("achex ask", () => {
  test("R30, R31: prints progress and the answer, one JSON object a line", async () => {
    await using served = await serve();
    const calc = connect(`ws://${served.classic}`, { name: "calc" });
    calc.handle("calc", async ({ a, b }, call) => {
      call.progress({ done: 0.5 });
      return { sum: Number(a) + Number(b) };
    });
    await calc.ready();
    const { code, out, err } = await achex(["ask", served.classic, "--as", "bob", "--to", "calc", '{"a":1,"b":2}']);
    expect([code, out, err]).toEqual([0, '{"done":0.5}\n{"sum":3}\n', ""]);
    calc.close();
  });

  test("R33: nobody there is said at once, with exit code 1", async () => {
    await using served = await serve();
    const { code, out, err } = await achex(["ask", served.classic, "--as", "bob", "--to", "calc", "hi"]);
    expect([code, out]).toEqual([1, ""]);
    expect(err).toBe(`achex: question to "calc" failed: ${NOBODY}\n`);
  });
});

describe("achex status", () => {
  test("R5: prints what the server says first, and the latency, as JSON in a pipe", async () => {
    await using served = await serve();
    const { code, out, err } = await achex(["status", `${served.classic}/school`]);
    expect([code, err]).toEqual([0, ""]);
    const { hello, latency } = JSON.parse(out);
    expect(hello).toMatchObject({ instance: "school", heartbeat: 15, limits: { frame: 1_048_576, targets: 64 } });
    expect(latency).toBeGreaterThan(0);
  });

  test("a server that is not there: one line, exit code 1", async () => {
    const { code, err } = await achex(["status", "localhost:9"]);
    expect(code).toBe(1);
    expect(err).toMatch(/^achex: nothing is listening at .*\n$/);
  });
});
