import { afterAll, describe, expect, test } from "bun:test";
import { within } from "../../../packages/server/test/kit/wait.ts";
import { createBrowser } from "../kit/browser.ts";
import { startRelay } from "../kit/relay.ts";
import { openOldPage } from "./pages.ts";

const browser = createBrowser();

interface FakeServer extends Disposable {
  readonly port: number;
  /** The next frame it was sent. */
  next(): Promise<string>;
  say(text: string): void;
}

/** A server of the original kind, played by the test; `greeting` is what it says on connect. */
function startFake(greeting?: string): FakeServer {
  const frames: string[] = [];
  let told: ((frame: string) => void) | undefined;
  let say: (text: string) => void = () => {};
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request, itself) => (itself.upgrade(request) ? undefined : new Response(null, { status: 204 })),
    websocket: {
      open(socket) {
        say = (text) => void socket.send(text);
        if (greeting !== undefined) socket.send(greeting);
      },
      message(_, frame) {
        if (told) told(String(frame));
        else frames.push(String(frame));
        told = undefined;
      },
    },
  });
  return {
    port: server.port ?? 0,
    next() {
      const waiting = frames.shift();
      const frame = waiting === undefined ? new Promise<string>((resolve) => (told = resolve)) : waiting;
      return within("a frame of the page", Promise.resolve(frame));
    },
    say: (text) => say(text),
    [Symbol.dispose]: () => void server.stop(true),
  };
}

const scripts = startRelay();
afterAll(() => scripts[Symbol.asyncDispose]());

const begin = ({ port }: FakeServer, more = "") =>
  `begin({ username: 'A"nn', password: 'p', url: 'ws://127.0.0.1:${port}'${more} });`;

describe("how an old page logs in", () => {
  test("K2, K3: on open, without waiting for a greeting; ready with the first ok", async () => {
    using fake = startFake('{"SID":14}');
    await using ann = await openOldPage(browser, scripts.http(""), begin(fake));
    expect(await fake.next()).toBe('{"setID":"A\\"nn","passwd":"p"}');
    expect(await ann.value("[$.achex.isReady(), openings]")).toEqual([false, 0]);
    fake.say('{"auth":"ok"}');
    await ann.ready();
    expect(await ann.value("[$.achex.sID(), openings, got]")).toEqual([14, 1, []]);
  });

  test("C4: the session id of a cloud login", async () => {
    using fake = startFake();
    await using ann = await openOldPage(browser, scripts.http(""), begin(fake));
    await fake.next();
    fake.say('{"auth":"OK","SID":46913}');
    await ann.ready();
    expect(await ann.value("[$.achex.sID(), got]")).toEqual([46913, []]);
  });

  test("K13: a service logs in as one, and as a user when nothing came for 1000 ms", async () => {
    using fake = startFake('{"SID":14}');
    const script = begin(fake, ", service: true");
    await using ann = await openOldPage(browser, scripts.http(""), script, { heldClock: true });
    expect(await fake.next()).toBe('{"serverSetID":"A\\"nn","passwd":"p"}');
    await ann.page.clock.fastForward(1_000);
    expect(await fake.next()).toBe('{"setID":"A\\"nn","passwd":"p"}');
    fake.say('{"auth":"ok"}');
    await ann.ready();
  });

  test("K13: a service that was let in does not log in again", async () => {
    using fake = startFake('{"SID":14}');
    const script = `${begin(fake, ", service: true")} $.achex.send({ to: 'Bob' });`;
    await using ann = await openOldPage(browser, scripts.http(""), script, { heldClock: true });
    await fake.next();
    fake.say('{"auth":"ok"}');
    expect(await fake.next()).toBe('{"to":"Bob"}');
    await ann.page.clock.fastForward(5_000);
    await ann.value("$.achex.send({ to: 'Cid' })");
    expect(await fake.next()).toBe('{"to":"Cid"}');
  });

  test.each(['{"auth":"failed","reason":"wrong password"}', '{"auth":"FAILED","REASON":"wrong password"}'])(
    "A5, C5: %s is told to the console, and nothing is sent",
    async (refusal) => {
      using fake = startFake();
      await using ann = await openOldPage(browser, scripts.http(""), `${begin(fake)} $.achex.send({ to: 'Bob' });`);
      await fake.next();
      const error = ann.page.waitForEvent("console");
      fake.say(refusal);
      await error;
      expect(ann.errors).toEqual(['Achex: "A"nn" was rejected: wrong password']);
      expect(await ann.value("[$.achex.isReady(), openings, closings]")).toEqual([false, 0, 0]);
    },
  );
});
