import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { within } from "../../server/test/kit/wait.ts";
import { achex, start } from "./kit/achex.ts";
import { fakeRelay } from "./kit/fake-relay.ts";
import { type Served, serve } from "./kit/serve.ts";

// Each test starts processes. The deadline only ends a test that hangs: a busy machine may need long for each.
setDefaultTimeout(120_000);

/** `achex listen` that is logged in and in its hubs and broadcasts. */
async function listening(...args: string[]) {
  const command = start(["listen", ...args]);
  expect(await command.err.next("the notice that it listens", 20_000)).toStartWith("achex: listening as ");
  return command;
}

async function sends(...args: string[]) {
  expect(await achex(["send", ...args])).toEqual({ code: 0, out: "", err: "" });
}

describe("achex listen and achex send, classic", () => {
  test("K7, K8: a message to a name arrives as one line, stamped, its payload untouched; greeting and replies are not shown", async () => {
    await using served = await serve();
    await using alice = await listening(served.classic, "--as", "alice", "--count", "2");
    await sends(served.classic, "--as", "bob", "--to", "alice", '{"x": 1e2,"y":12345678901234567890}', "hello");
    const { code, out } = await within("alice to end", alice.ended, 10_000);
    const lines = out.trimEnd().split("\n");
    expect(lines[0]).toMatch(/^\{"to":"alice","x": 1e2,"y":12345678901234567890,"sID":\d+,"FROM":"bob"\}$/);
    expect(lines[1]).toMatch(/^\{"to":"alice","msg":"hello","sID":\d+,"FROM":"bob"\}$/);
    expect([code, lines.length]).toEqual([0, 2]);
  });

  test("K4, K6: broadcasts, several at once", async () => {
    await using served = await serve();
    await using alice = await listening(served.classic, "--as", "alice", "--bc", "news", "--bc", "weather");
    await sends(served.classic, "--as", "bob", "--bc", "news", "--bc", "weather", "hello");
    await sends(served.classic, "--as", "bob", "--bc", "other", "not for her");
    await sends(served.classic, "--as", "bob", "--bc", "weather", "rain");
    expect(await alice.out.next("the first message")).toContain('"msg":"hello"');
    expect(await alice.out.next("the second message")).toContain('"msg":"rain"');
  });

  test("K9: --to-session reaches one of two sessions of a name", async () => {
    await using served = await serve();
    const sessionOf = (notice: string) => /session (\d+)/.exec(notice)?.[1] ?? "";
    await using one = start(["listen", served.classic, "--as", "alice"]);
    const first = sessionOf(await one.err.next("the notice", 20_000));
    await using two = await listening(served.classic, "--as", "alice");
    await sends(served.classic, "--as", "bob", "--to-session", first, "only you");
    await sends(served.classic, "--as", "bob", "--to", "alice", "both of you");
    expect(await one.out.next("the first message")).toContain("only you");
    expect(await two.out.next("the second message")).toContain("both of you");
  });

  test("each line of standard input is a message; empty ones are none", async () => {
    await using served = await serve();
    await using alice = await listening(served.classic, "--as", "alice", "--count", "3");
    const input = 'one\n\n{"n":2}\r\n  \nlast without an end';
    const { code } = await achex(["send", served.classic, "--as", "bob", "--to", "alice"], { input });
    expect(code).toBe(0);
    const { out } = await within("alice to end", alice.ended, 10_000);
    const frames: unknown[] = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(frames).toMatchObject([{ msg: "one" }, { n: 2 }, { msg: "last without an end" }]);
  });

  test("without a target a whole frame goes out as it is", async () => {
    await using served = await serve();
    await using alice = await listening(served.classic, "--as", "alice");
    await sends(served.classic, "--as", "bob", '{"msg":"first" , "to":"alice"}');
    expect(await alice.out.next("the message")).toStartWith('{"msg":"first" , "to":"alice","sID":');
  });

  test("2,000 lines all arrive, in order, though the server lets 500 a second through", async () => {
    await using served = await serve();
    await using alice = await listening(served.classic, "--as", "alice", "--count", "2000");
    const numbers = Array.from({ length: 2_000 }, (_, n) => n);
    const args = ["send", served.classic, "--as", "bob", "--to", "alice"];
    const { code } = await achex(args, { input: numbers.join("\n") });
    expect(code).toBe(0);
    const { out } = await within("alice to end", alice.ended, 10_000);
    expect(
      out
        .trimEnd()
        .split("\n")
        .map((line) => Number(JSON.parse(line).msg)),
    ).toEqual(numbers);
  });

  test("control characters and line ends stay inside their line", async () => {
    await using served = await serve();
    await using alice = await listening(served.classic, "--as", "alice", "--count", "1");
    await sends(served.classic, "--as", "bob", '{"to":"alice",\n"a":"\\u001b[2J\\n"}');
    const { out } = await within("alice to end", alice.ended, 10_000);
    expect(out).toMatch(/^\{"to":"alice", "a":"\\u001b\[2J\\n","sID":\d+,"FROM":"bob"\}\n$/);
  });
});

describe("achex listen and achex send, cloud", () => {
  test.each([
    ["on a path", ({ classic }: Served) => [`${classic}/school`]],
    ["on the cloud port's /", ({ cloud }: Served) => [cloud, "--dialect", "cloud"]],
  ] as const)("C6, C9: a hub, %s", async (_, addressOf) => {
    await using served = await serve();
    const where = addressOf(served);
    await using alice = await listening(...where, "--as", "alice", "--hub", "lobby", "--hub", "games");
    await sends(...where, "--as", "bob", "--hub", "games", "hello");
    expect(await alice.out.next("the message")).toMatch(/^\{"toH":"games","msg":"hello","sID":\d+,"FROM":"bob"\}$/);
  });

  test("a password from ACHEX_PASSWORD is sent like one from --password", async () => {
    const frames: string[] = [];
    const answer = (frame: string) => {
      frames.push(frame);
      return frame.includes("auth") ? ['{"auth":"OK","SID":7}'] : ['{"ltcy":"1ms"}'];
    };
    await using relay = fakeRelay({ answer });
    const args = ["send", `${relay.address}/x`, "--as", "a", "--to", "b", "hi"];
    expect((await achex(args, { env: { ACHEX_PASSWORD: "secret" } })).code).toBe(0);
    expect((await achex([...args, "--password", "other"], { env: { ACHEX_PASSWORD: "secret" } })).code).toBe(0);
    const logins = frames.filter((frame) => frame.includes("auth"));
    expect(logins).toEqual(['{"auth":"a","passwd":"secret"}', '{"auth":"a","passwd":"other"}']);
  });
});

describe("achex listen: its end", () => {
  test.each(["SIGINT", "SIGTERM"] as const)("%s ends it with 0", async (signal) => {
    await using served = await serve();
    const alice = await listening(served.classic, "--as", "alice");
    alice.signal(signal);
    expect((await within("alice to end", alice.ended, 10_000)).code).toBe(0);
  });

  test("the server stops: exit code 1 and the reason", async () => {
    const served = await serve();
    const alice = await listening(served.classic, "--as", "alice");
    await served[Symbol.asyncDispose]();
    const { code, err } = await within("alice to end", alice.ended, 10_000);
    expect(code).toBe(1);
    expect(err).toContain("achex: the server closed the connection: 4001 ");
  });
});

describe("achex listen and achex send: what fails says why in one line, exit code 1", () => {
  async function failure(command: "listen" | "send", ...args: string[]): Promise<string> {
    const { code, out, err } = await achex([
      command,
      ...args,
      "--as",
      "a",
      ...(command === "send" ? ["--to", "b", "hi"] : []),
    ]);
    expect([code, out]).toEqual([1, ""]);
    expect(err.indexOf("\n")).toBe(err.length - 1);
    return err.slice("achex: ".length, -1);
  }

  test("nothing listens there", async () => {
    const address = await (async () => {
      await using gone = fakeRelay({ answer: () => [] });
      return gone.address;
    })();
    expect(await failure("listen", address)).toBe(`nothing is listening at ws://${address}/; is the relay running?`);
    expect(await failure("send", address)).toBe(`nothing is listening at ws://${address}/; is the relay running?`);
  });

  test.each([
    [200, "is not a WebSocket server: it answered with HTTP 200"],
    [403, "rejected the connection (HTTP 403): this origin is not allowed"],
    [429, "rejected the connection (HTTP 429): too many connections from this address"],
    [503, "rejected the connection (HTTP 503): the server is full or stopping; try again later"],
  ])("HTTP %d instead of a WebSocket", async (status, message) => {
    const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("x", { status }) });
    expect(await failure("listen", `localhost:${server.port}`)).toBe(`ws://localhost:${server.port}/ ${message}`);
    await server.stop(true);
  });

  test("TLS where there is none, none where there is TLS, and a certificate nobody trusts", async () => {
    const pem = (name: string) => Bun.file(join(import.meta.dir, "../../server/test/config/pem", name));
    const page = () => new Response("x");
    const tls = { cert: pem("one.crt"), key: pem("one.key") };
    const secure = Bun.serve({ hostname: "127.0.0.1", port: 0, tls, fetch: page });
    const plain = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: page });
    expect(await failure("listen", `wss://localhost:${plain.port}`)).toContain("does not speak TLS; try ws:// instead");
    expect(await failure("listen", `ws://localhost:${secure.port}`)).toContain("if so, try wss:// instead");
    expect(await failure("listen", `wss://localhost:${secure.port}`)).toContain(
      "is not trusted: self signed certificate; ",
    );
    await Promise.all([secure.stop(true), plain.stop(true)]);
  });

  test.each([
    ["", '{"auth":"failed","reason":"wrong name"}'],
    ["/x", '{"auth":"FAILED","REASON":"wrong name"}'],
  ])("login rejected at /%s", async (path, reply) => {
    await using relay = fakeRelay({ greeting: '{"SID":3}', answer: () => [reply] });
    expect(await failure("listen", relay.address + path)).toBe("login rejected: wrong name");
    expect(await failure("send", relay.address + path)).toBe("login rejected: wrong name");
  });

  test("a hub refused", async () => {
    const answer = (frame: string) => [frame.includes("auth") ? '{"auth":"OK","SID":3}' : '{"joinHub":"FAILED"}'];
    await using relay = fakeRelay({ answer });
    expect(await failure("listen", `${relay.address}/x`, "--hub", "lobby")).toBe('the server rejected hub "lobby"');
  });

  test("the connection ends before the message is taken; the server's words cannot command the terminal", async () => {
    const answer = (frame: string) => (frame.includes("setID") ? ['{"auth":"ok"}'] : [{ close: "bye\u001b[2J\nnow" }]);
    await using relay = fakeRelay({ greeting: '{"SID":3}', answer });
    expect(await failure("send", relay.address)).toBe("the server closed the connection: 4000 bye\\u001b[2J\\u000anow");
  });

  test("another client's message is not taken for the answer of the server", async () => {
    const forged = '{"to":"a","auth":"failed","ltcy":"1ms","sID":4,"FROM":"eve"}';
    const answer = (frame: string) => [forged, frame.includes("setID") ? '{"auth":"ok"}' : '{"ltcy":"1ms"}'];
    await using relay = fakeRelay({ greeting: '{"SID":3}', answer });
    await sends(relay.address, "--as", "a", "--to", "b", "hi");
    await using listener = start(["listen", relay.address, "--as", "a", "--bc", "b", "--count", "2"]);
    const { code, out } = await within("the listener to end", listener.ended, 20_000);
    expect([code, out]).toEqual([0, `${forged}\n${forged}\n`]);
  });
});
