import { describe, expect, test } from "bun:test";
import { createBrowser } from "../kit/browser.ts";
import { startRelay } from "../kit/relay.ts";
import { openOldPage, received } from "./pages.ts";

const browser = createBrowser();

const ROOMS = `$.achex.join('hub'); $.achex.send({ cmd: 'register_broadcast', bid: 'room' });`;

describe("the connection of an old page", () => {
  test("X1: after a restart it is back within 3.6 s, in its hub and broadcast, without an answer it did not ask for", async () => {
    await using relay = startRelay();
    const script = `begin({ username: 'Ann' }); ${ROOMS}`;
    await using ann = await openOldPage(browser, relay.http(""), script, { heldClock: true });
    await ann.got(1);
    await relay.restart();
    await ann.page.waitForFunction("closings === 1");
    expect(await ann.value("[$.achex.isReady(), $.achex.sID()]")).toEqual([false, -1]);
    await ann.value("$.achex.send({ to: 'Ann', kept: true })");
    await ann.page.clock.fastForward(3_600);
    await ann.page.waitForFunction("openings === 2");
    await ann.value("$.achex.send({ bc: 'room', n: 1 }); $.achex.join('other')");
    const sid = await ann.value("$.achex.sID()");
    expect(await ann.got(4)).toEqual([
      received('{"joinHub":"OK"}'),
      received(`{"to":"Ann","kept":true,"sID":${sid},"FROM":"Ann"}`),
      received(`{"bc":"room","n":1,"sID":${sid},"FROM":"Ann"}`),
      received('{"joinHub":"OK"}'),
    ]);
    await using bob = await openOldPage(browser, relay.http(""), "begin({ username: 'Bob' });");
    await bob.ready();
    await bob.value("$.achex.send({ toH: 'hub', n: 2 })");
    await ann.got(5);
  });

  test("it tries again for as long as the server is away", async () => {
    await using relay = startRelay();
    const script = "begin({ username: 'Ann', reconnect: 500 });";
    await using ann = await openOldPage(browser, relay.http(""), script, { heldClock: true });
    await ann.ready();
    await relay.stop();
    for (const attempts of [1, 2, 3]) {
      await ann.page.waitForFunction(`closings === ${attempts}`);
      await ann.page.clock.fastForward(600);
    }
    await ann.page.waitForFunction("closings === 4");
    relay.start();
    await ann.page.clock.fastForward(600);
    await ann.ready();
    expect(await ann.value("openings")).toBe(2);
  });

  test("close() ends it for good: reported once, nothing reconnects, connect() starts again", async () => {
    await using relay = startRelay();
    await using ann = await openOldPage(browser, relay.http(""), "begin({ username: 'Ann' });", { heldClock: true });
    await ann.ready();
    expect(await ann.value("$.achex.close(), $.achex.isReady()")).toBe(false);
    await ann.page.waitForFunction("closings === 1");
    await ann.page.clock.fastForward(60_000);
    expect(await relay.opened()).toBe(1);
    await ann.value("$.achex.send({ echo: 1 }); $.achex.connect()");
    expect(await ann.got(1)).toEqual([received('{"echo":1}')]);
    expect(await ann.value("[openings, closings]")).toEqual([2, 1]);
    expect(ann.errors).toEqual([]);
  });

  test("close() while it waits for the server ends that, too", async () => {
    await using relay = startRelay();
    await using ann = await openOldPage(browser, relay.http(""), "begin({ username: 'Ann' });", { heldClock: true });
    await ann.ready();
    await relay.restart();
    await ann.page.waitForFunction("closings === 1");
    await ann.value("$.achex.close()");
    await ann.page.clock.fastForward(60_000);
    expect(await relay.opened()).toBe(0);
  });

  test("reconnect: false gives up after the first cut", async () => {
    await using relay = startRelay();
    const script = "begin({ username: 'Ann', reconnect: false });";
    await using ann = await openOldPage(browser, relay.http(""), script, { heldClock: true });
    await ann.ready();
    await relay.restart();
    await ann.page.waitForFunction("closings === 1");
    await ann.page.clock.fastForward(60_000);
    expect(await relay.opened()).toBe(0);
  });

  test("autoconnect: false waits for connect(), what is sent waits with it", async () => {
    await using relay = startRelay();
    const script = "begin({ username: 'Ann', autoconnect: false }); $.achex.join('hub');";
    await using ann = await openOldPage(browser, relay.http(""), script, { heldClock: true });
    await ann.page.clock.fastForward(60_000);
    expect(await relay.opened()).toBe(0);
    await ann.value("$.achex.connect()");
    expect(await ann.got(1)).toEqual([received('{"joinHub":"OK"}')]);
  });

  test("a second $.achex({...}) takes the place of the first", async () => {
    await using relay = startRelay();
    const script = "begin({ username: 'Ann' }); begin({ username: 'Bob' }); $.achex.send({ to: 'Bob' });";
    await using page = await openOldPage(browser, relay.http(""), script, { heldClock: true });
    await page.got(1);
    expect(await page.value("got[0][0].FROM")).toBe("Bob");
    await page.page.clock.fastForward(60_000);
    expect(await page.value("[openings, $('#jqueryAchexWssLogo').length]")).toEqual([1, 1]);
  });

  test("1,000 messages wait for a connection, those beyond are refused with a warning", async () => {
    await using relay = startRelay({ "max-frames-per-second": 0 });
    const script = `begin({ username: 'Ann', autoconnect: false });
      for (var i = 0; i < 1001; i++) $.achex.send({ echo: i }); $.achex.connect();`;
    await using ann = await openOldPage(browser, relay.http(""), script);
    await ann.got(1_000);
    await ann.value("$.achex.send({ echo: 'last' })");
    await ann.got(1_001);
    expect(await ann.value("[got[0][0], got[999][0], got[1000][0]]")).toEqual([
      { echo: 0 },
      { echo: 999 },
      { echo: "last" },
    ]);
  });
});
