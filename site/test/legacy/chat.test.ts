import { describe, expect, test } from "bun:test";
import { createBrowser } from "../kit/browser.ts";
import { startRelay } from "../kit/relay.ts";
import { openOldPage, received } from "./pages.ts";

const browser = createBrowser();

describe("two legacy pages, on an origin that is not the relay's", () => {
  test("K1, K2, K3, K6: classic by port, a broadcast with the sender's own line", async () => {
    await using relay = startRelay();
    const script = (name: string) => `begin({ username: '${name}', port: ${relay.port} });
      $.achex.send({ cmd: 'register_broadcast', bid: 'room' });`;
    await using ann = await openOldPage(browser, relay.http(""), script("Ann"));
    await ann.ready();
    await using bob = await openOldPage(browser, relay.http(""), script("Bob"));
    await bob.ready();
    await bob.value("$.achex.send({ bc: 'room', msg: 'hi' })");
    const line = received('{"bc":"room","msg":"hi","sID":2,"FROM":"Bob"}');
    expect(await bob.got(1)).toEqual([line]);
    expect(await ann.got(1)).toEqual([line]);
    expect(await ann.value("[$.achex.sID(), openings, closings]")).toEqual([1, 1, 0]);
    expect([...ann.errors, ...bob.errors]).toEqual([]);
  });

  test("C1, C4, C7, C9, C12: cloud by path, a hub whose join is answered, and who left", async () => {
    await using relay = startRelay();
    const script = (name: string) => `begin({ username: '${name}', url: 'ws://127.0.0.1:${relay.port}/lab' });
      $.achex.join('6542');`;
    await using ann = await openOldPage(browser, relay.http(""), script("ann@1"));
    expect(await ann.got(1)).toEqual([received('{"joinHub":"OK"}')]);
    await using bob = await openOldPage(browser, relay.http(""), script("bob@1"));
    await bob.got(1);
    await bob.value("$.achex.send(JSON.stringify({ toH: '6542', msg: 'hi' }))");
    await ann.got(2);
    await bob.value("$.achex.close()");
    expect(await ann.got(3)).toEqual([
      received('{"joinHub":"OK"}'),
      received('{"toH":"6542","msg":"hi","sID":2,"FROM":"bob@1"}'),
      received('{"leftHub":"6542","user":"bob@1","sID":2}'),
    ]);
    expect(await ann.value("$.achex.sID()")).toBe(1);
    expect([...ann.errors, ...bob.errors]).toEqual([]);
  });

  test("C1, K8: a page on the cloud port and one on the classic port meet", async () => {
    await using relay = startRelay();
    await using ann = await openOldPage(
      browser,
      relay.http(""),
      `begin({ username: 'Ann', url: 'ws://127.0.0.1', port: ${relay.cloudPort} });`,
    );
    await ann.ready();
    await using bob = await openOldPage(
      browser,
      relay.http(""),
      "begin({ username: 'Bob' }); $.achex.send({ to: 'Ann', n: 1 });",
    );
    expect(await ann.got(1)).toEqual([received('{"to":"Ann","n":1,"sID":2,"FROM":"Bob"}')]);
    expect([...ann.errors, ...bob.errors]).toEqual([]);
  });

  test("S1: what was sent before the login is through goes out in order, and nothing comes before it", async () => {
    await using relay = startRelay();
    const script = `begin({ username: 'Ann' });
      for (var i = 0; i < 50; i++) $.achex.send({ to: 'Ann', n: i });
      var readyAtOnce = $.achex.isReady();`;
    await using ann = await openOldPage(browser, relay.http(""), script);
    const frames = Array.from({ length: 50 }, (_, n) => received(`{"to":"Ann","n":${n},"sID":1,"FROM":"Ann"}`));
    expect(await ann.got(50)).toEqual(frames);
    expect(await ann.value("readyAtOnce")).toBe(false);
  });

  test("V4: messages may hold what looks like an answer of the server", async () => {
    await using relay = startRelay();
    await using ann = await openOldPage(browser, relay.http(""), "begin({ username: 'Ann' });");
    await ann.ready();
    const hostile = { to: "Ann", auth: "failed", SID: 99, joinHub: "FAILED", html: "<img src=x onerror=boom()>" };
    await ann.value(`$.achex.send(${JSON.stringify(hostile)})`);
    await ann.value("$.achex.send('no json'); $.achex.send({ echo: 1 })");
    await ann.got(2);
    expect(await ann.value("got.map(function (one) { return one[0]; })")).toEqual([
      { ...hostile, sID: 1, FROM: "Ann" },
      { echo: 1 },
    ]);
    expect(await ann.value("[$.achex.isReady(), $.achex.sID()]")).toEqual([true, 1]);
    expect(ann.errors).toEqual([]);
  });

  test("a callback that throws is reported and harms nothing", async () => {
    await using relay = startRelay();
    const script = `begin({ username: 'Ann', opencallback: function () { openings++; throw new Error('of the page'); } });
      $.achex.send({ echo: 1 });`;
    await using ann = await openOldPage(browser, relay.http(""), script);
    expect(await ann.got(1)).toEqual([received('{"echo":1}')]);
    expect(ann.errors).toEqual(["Error: of the page"]);
  });
});

describe("pages that ask for what cannot be", () => {
  test.each([
    ["begin({});", "Achex: no username was given"],
    ["$.achex.send({ to: 'Ann' });", "Achex: call $.achex({ username: ... }) before anything else."],
  ])("%s says what is missing", async (script, error) => {
    await using relay = startRelay();
    await using page = await openOldPage(browser, relay.http(""), script);
    expect(page.errors).toEqual([error]);
    expect(await page.value("[$.achex.isReady(), $.achex.sID()]")).toEqual([false, -1]);
  });
});
