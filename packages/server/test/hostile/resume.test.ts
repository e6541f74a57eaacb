import { describe, expect, test } from "bun:test";
import { TestClient } from "../kit/client.ts";
import { requestResume, resumableClient, resume, resumeFault } from "../kit/resume-client.ts";
import { startServer } from "../kit/server.ts";
import { until, within } from "../kit/wait.ts";

const OFFER = { "sec-websocket-protocol": "achex.2" };
const GUESS = "A".repeat(43);

/** Whether a client still receives what is sent to it. */
async function expectReachable(client: TestClient, id: number, url: string): Promise<void> {
  using sender = await TestClient.classic(url, "sender");
  sender.send({ toS: id, still: "here" });
  while (!(await client.next("the message")).includes('"still":"here"'));
}

describe("[R73] tokens", () => {
  test("[R73] guessed ones are unknown, and 1,000 of them leave nothing behind", async () => {
    await using server = await startServer();
    using ann = await resumableClient(server.ws(), "Ann");
    for (let batch = 0; batch < 20; batch++) {
      const guesses = Array.from({ length: 50 }, (_, n) => {
        const token = `${batch}-${n}`.padEnd(43, ann.token.slice(10));
        return resumeFault(server.ws(), { token, generation: 1, received: 0 });
      });
      expect(new Set(await Promise.all(guesses))).toEqual(new Set(["resume-unknown"]));
    }
    await expectReachable(ann, ann.id, server.ws());
    await until("the guessers to be gone", async () => (await server.metrics()).sessions === 1);
  });

  test("[R73] a replayed request loses, and so does a lower generation", async () => {
    await using server = await startServer();
    const ann = await resumableClient(server.ws(), "Ann");
    const { token, id } = ann;
    using again = await resume(server.ws(), { token, generation: 5, received: 1 });
    for (const generation of [5, 4, 1])
      expect(await resumeFault(server.ws(), { token, generation, received: 1 })).toBe("resume-stale");
    expect((await within("the first connection to be closed", ann.closed)).code).toBe(4005);
    await expectReachable(again, id, server.ws());
  });

  test("[R73 D4] a token is unknown on another instance, and its session is not harmed by that", async () => {
    await using server = await startServer();
    using ann = await resumableClient(server.ws("/hall"), "Ann");
    const request = { token: ann.token, generation: 1, received: 1 };
    expect(await resumeFault(server.ws("/yard"), request)).toBe("resume-unknown");
    using again = await resume(server.ws("/hall"), request);
    expect(await again.drain()).toEqual([]);
  });

  test.each([
    ["a number", 7],
    ["null", null],
    ["empty", ""],
    ["too long", GUESS.repeat(1_000)],
    ["with a quote", `${GUESS.slice(1)}"`],
    ["an object", { toString: 1 }],
    ["__proto__", "__proto__"],
  ])("[R73] a token that is %s is rejected, and the connection is an ordinary one", async (_, token) => {
    await using server = await startServer();
    const { client, answer } = await requestResume(server.ws(), { token, generation: 1, received: 0 });
    const frames = [answer, await client.json()];
    expect(frames.flatMap((frame) => Object.keys(frame)).sort()).toEqual(["$fault", "$hello"]);
    client.send({ $ref: 1, setID: "Eve" });
    await client.expect('{"$ref":1,"$result":{"name":"Eve"}}');
    client[Symbol.dispose]();
  });
});

describe("[R73] counts that cannot be", () => {
  test.each([
    ["in the future", 2],
    ["huge", 2 ** 53 - 2],
  ])("[R73] received: %s ends the session, and others see it leave", async (_, received) => {
    await using server = await startServer();
    using bob = await TestClient.connect(server.ws(), OFFER);
    bob.send({ setID: "Bob" });
    bob.send({ $ref: 1, joinHub: "h" });
    while (!(await bob.next("the join")).startsWith('{"$ref":1'));
    using ann = await resumableClient(server.ws(), "Ann");
    ann.send({ joinHub: "h" });
    ann.send({ $ref: 1, toH: "h" });
    while (!(await ann.next("the result")).startsWith('{"$ref":1'));
    const request = { token: ann.token, generation: 1, received: received + 1 };
    expect(await resumeFault(server.ws(), request)).toBe("bad-count");
    while (!(await bob.next("leftHub")).startsWith('{"leftHub"'));
    expect(await resumeFault(server.ws(), { ...request, generation: 2, received: 1 })).toBe("resume-unknown");
  });

  test.each([[-1], [1.5], [1e300], ["1"], [null], [true], [[1]], [{ n: 1 }]])(
    "[R73] received: %p is rejected and cannot end the session",
    async (received) => {
      await using server = await startServer();
      using ann = await resumableClient(server.ws(), "Ann");
      const { client, answer } = await requestResume(server.ws(), { token: ann.token, generation: 1, received });
      client[Symbol.dispose]();
      expect(answer.$resumed).toBeUndefined();
      await expectReachable(ann, ann.id, server.ws());
    },
  );

  test.each([-1, 1.5, 1e300, "1", null])("[R73] generation: %p is rejected", async (generation) => {
    await using server = await startServer();
    using ann = await resumableClient(server.ws(), "Ann");
    const { client, answer } = await requestResume(server.ws(), { token: ann.token, generation, received: 1 });
    client[Symbol.dispose]();
    expect(answer.$resumed).toBeUndefined();
    await expectReachable(ann, ann.id, server.ws());
  });
});

describe("[R72] acknowledgements", () => {
  test.each([
    ["of frames that were never sent", '{"$seen":{"received":2,"sent":1}}'],
    ["of more frames than the server received", '{"$seen":{"received":1,"sent":2}}'],
    ["of fewer frames than the server received", '{"$seen":{"received":1,"sent":0}}'],
    ["with a negative count", '{"$seen":{"received":-1,"sent":1}}'],
    ["with a fraction", '{"$seen":{"received":0.5,"sent":1}}'],
    ["with a huge count", '{"$seen":{"received":1e300,"sent":1}}'],
    ["without counts", '{"$seen":{}}'],
    ["that is not JSON", '{"$seen":{"received":1,"sent":1}'],
    ["of a megabyte", `{"$seen":{"received":${"1".repeat(1_000_000)}}}`],
  ])("[R72] %s end the session with 4006", async (_, seen) => {
    await using server = await startServer();
    using bob = await TestClient.classic(server.ws(), "Bob");
    const ann = await resumableClient(server.ws(), "Ann");
    ann.send(seen);
    expect((await within("the end", ann.closed)).code).toBe(4006);
    expect(await resumeFault(server.ws(), { token: ann.token, generation: 1, received: 1 })).toBe("resume-unknown");
    bob.send('{"echo":"fine"}');
    await bob.expect('{"echo":"fine"}');
  });

  test("[R72] a lower count than before ends the session with 4006", async () => {
    await using server = await startServer();
    const ann = await resumableClient(server.ws(), "Ann");
    ann.send('{"$seen":{"received":1,"sent":1}}');
    ann.send('{"$seen":{"received":0,"sent":1}}');
    expect((await within("the end", ann.closed)).code).toBe(4006);
  });

  test.each([
    ["acknowledgements", '{"$seen":{"received":1,"sent":1}}'],
    ["heartbeats", '{"$time":true}'],
  ])("[R72 L2] a flood of %s is a flood", async (_, frame) => {
    await using server = await startServer({ "max-frames-per-second": 50 });
    const ann = await resumableClient(server.ws(), "Ann");
    for (let n = 0; n < 3_000; n++) ann.send(frame);
    expect((await within("the end", ann.closed)).code).toBe(4002);
  });
});

describe("[R74 R81] reconnecting without end", () => {
  test("[R74] 2,000 resumes of one session leave one session with one connection", async () => {
    await using server = await startServer();
    const ann = await resumableClient(server.ws(), "Ann");
    let latest: TestClient = ann;
    for (let generation = 1; generation <= 2_000; generation++) {
      const before = latest;
      latest = await resume(server.ws(), { token: ann.token, generation, received: 1 });
      if (generation % 200 === 0) expect((await within("the end", before.closed)).code).toBe(4005);
    }
    await expectReachable(latest, ann.id, server.ws());
    latest[Symbol.dispose]();
    const metrics = await server.metrics();
    expect(metrics.sessions).toBeLessThanOrEqual(1);
  }, 60_000);
});
