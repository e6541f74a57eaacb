import { afterAll, describe, expect, test } from "bun:test";
import { createBrowser } from "../kit/browser.ts";
import { startOrigin } from "../kit/origin.ts";
import { startRelay } from "../kit/relay.ts";
import { openOldPage, received } from "./pages.ts";

const browser = createBrowser();
const relay = startRelay();
afterAll(() => relay[Symbol.asyncDispose]());

const open = (script: string, options = {}) => openOldPage(browser, relay.http(""), script, options);

describe("fields of $.achex that old pages read", () => {
  test("K1: sid, ready, username, ws and send_buf, before and after the login", async () => {
    await using ann = await open(`begin({ username: 'Ann', autoconnect: false });
      $.achex.send({ to: 'Ann', n: 1 });
      var before = [$.achex.sid, $.achex.ready, $.achex.username, $.achex.ws.readyState, $.achex.send_buf.length];
      $.achex.connect();`);
    await ann.got(1);
    expect(await ann.value("before")).toEqual([-1, false, "Ann", undefined, 1]);
    const after = "[$.achex.sid === $.achex.sID(), $.achex.ready, $.achex.ws.readyState, $.achex.send_buf.length]";
    expect(await ann.value(after)).toEqual([true, true, 1, 0]);
    expect(await ann.value("[$.achex.sid > 0, $.achex instanceof AchexWs, 'ping' in $.achex]")).toEqual([
      true,
      true,
      true,
    ]);
    expect(ann.errors).toEqual([]);
  });

  test("what a page sends and closes through ws itself reaches the server, and it reconnects", async () => {
    await using ann = await open("begin({ username: 'Ann' });", { heldClock: true });
    await ann.ready();
    await ann.value(`$.achex.ws.send('{"echo":1}')`);
    expect(await ann.got(1)).toEqual([received('{"echo":1}')]);
    await ann.value("$.achex.ws.close()");
    await ann.page.waitForFunction("closings === 1");
    expect(await ann.value("[$.achex.sid, $.achex.ready]")).toEqual([-1, false]);
    await ann.page.clock.fastForward(3_600);
    await ann.ready();
  });

  test("K11, classic: a latency reply sets ping and does not reach the callback", async () => {
    await using ann = await open(
      "begin({ username: 'Ann' }); $.achex.send('ping'); $.achex.send({ to: 'Ann', ltcy: 1 });",
    );
    await ann.page.waitForFunction("$.achex.ping !== undefined");
    expect(await ann.value("/^[0-9]+ms$/.test($.achex.ping)")).toBe(true);
    await ann.value("$.achex.send({ echo: 2 })");
    await ann.page.waitForFunction("got.some(function (one) { return one[0].echo === 2; })");
    // The message of another page that holds this key is a message.
    expect(await ann.value("got.map(function (one) { return one[0].ltcy || one[0].echo; })")).toEqual([1, 2]);
  });

  test("C13, cloud: a latency reply sets ping and reaches the callback, too", async () => {
    await using ann = await open(`begin({ username: 'Ann', url: 'ws://127.0.0.1:${relay.port}/lab' });
      $.achex.send({ ping: true });`);
    await ann.got(1);
    expect(await ann.value("got[0][0].ltcy === $.achex.ping")).toBe(true);
  });

  test("A6, classic: a login repeated by the page opens again and does not reach the callback", async () => {
    await using ann = await open("begin({ username: 'Ann' }); $.achex.join('hub');");
    await ann.got(1);
    await ann.value("$.achex.send({ setID: 'Bea', passwd: 'x' }); $.achex.send({ to: 'Bea', n: 1 })");
    await ann.got(2);
    expect(await ann.value("[openings, got[0][0], got[1][0].FROM]")).toEqual([2, { joinHub: "OK" }, "Bea"]);
  });
});

describe("fields of $.achex that old pages set", () => {
  test("username, password and url before connect()", async () => {
    await using ann = await open(`begin({ autoconnect: false });
      $.achex.username = 'Late'; $.achex.password = 'p'; $.achex.url = 'ws://127.0.0.1'; $.achex.port = ${relay.port};
      $.achex.connect(); $.achex.send({ to: 'Late' });`);
    await ann.got(1);
    expect(await ann.value("got[0][0].FROM")).toBe("Late");
    expect(ann.errors).toEqual([]);
  });

  test("callbacks at any time, and in them this is $.achex", async () => {
    await using ann = await open(`$.achex({ username: 'Ann', password: 'x' });
      $.achex.opencallback = function () { this.send({ echo: this.username }); };
      $.achex.callback = function (message) { got.push(message); this.callback = null; this.send({ echo: 2 }); };`);
    await ann.got(1);
    expect(await ann.value("[got, $.achex.callback]")).toEqual([[{ echo: "Ann" }], null]);
  });

  test("send_buf: emptied, filled and sent by the page", async () => {
    await using ann = await open(`begin({ username: 'Ann', autoconnect: false });
      $.achex.send({ echo: 0 }); $.achex.send_buf = []; $.achex.send_buf.push('{"echo":1}', '', {});
      $.achex.connect();`);
    await ann.ready();
    await ann.value(`$.achex.send_buf.push('{"echo":2}'); $.achex.sendPending()`);
    expect(await ann.got(2)).toEqual([received('{"echo":1}'), received('{"echo":2}')]);
    await ann.value("$.achex.close(); $.achex.send_buf = 'no list'; $.achex.send({ echo: 3 }); $.achex.connect()");
    expect(await ann.got(3)).toHaveLength(3);
    expect(ann.errors).toEqual([]);
  });

  test("reconnect and reconnect_flag", async () => {
    await using ann = await open("begin({ username: 'Ann' });", { heldClock: true });
    await ann.ready();
    await ann.value("$.achex.reconnect = 100; $.achex.ws.close()");
    await ann.page.waitForFunction("closings === 1");
    await ann.page.clock.fastForward(120);
    await ann.ready();
    await ann.value("$.achex.reconnect_flag = false; $.achex.ws.close()");
    await ann.page.waitForFunction("closings === 2");
    expect(await ann.value("$.achex.canvas.dataset.achex")).toBe("closed");
  });

  test.each(["1", "true", "'1'"])("dbg: %s writes every frame to the console, and can be switched off", async (dbg) => {
    await using ann = await open("begin({ username: 'Ann', autoconnect: false });");
    const lines: string[] = [];
    ann.page.on("console", (line) => lines.push(line.text()));
    await ann.value(`$.achex({ username: 'Ann', password: 'x', dbg: ${dbg} })`);
    await ann.ready();
    await ann.value(`$.achex.dbg = 0; $.achex.callback = function () { got.push(1); }; $.achex.send({ echo: 1 })`);
    await ann.got(1);
    expect(lines.map((line) => line.replace(/\d+/, "n"))).toEqual([
      'Achex > {"setID":"Ann","passwd":"x"}',
      'Achex < {"SID":n}',
      'Achex < {"auth":"ok"}',
    ]);
  });
});

describe("the globals of the first library", () => {
  test("new AchexWs: several connections on one page, methods passed on as functions", async () => {
    await using page = await open(`var ann = new AchexWs({ username: 'Ann', password: 'x', logo: false });
      var bob = new AchexWs({ username: 'Bob', password: 'x', logo: false,
        callback: function (message, text) { got.push([message, text]); } });
      var greet = ann.send;`);
    await page.page.waitForFunction("ann.isReady() && bob.isConnected()");
    await page.value("greet({ to: 'Bob', msg: 'hi' })");
    await page.got(1);
    expect(await page.value("[got[0][0].FROM, got[0][0].sID === ann.sID(), ann.sid !== bob.sid]")).toEqual([
      "Ann",
      true,
      true,
    ]);
    await page.value("setTimeout(ann.close, 0)");
    await page.page.waitForFunction("ann.ws.readyState === 3");
    expect(await page.value("[ann.isReady(), bob.isReady(), $.achex.isReady()]")).toEqual([false, true, false]);
    expect(page.errors).toEqual([]);
  });

  test("they are there without jQuery, which is missed in the console", async () => {
    const page = `<body><script src="${relay.http("/js/jquery.achex.js")}"></script>
      <script>var ann = new AchexWs({ username: 'Ann', password: 'x' });</script></body>`;
    using origin = startOrigin({ "/": page });
    await using opened = await browser.open(origin.url());
    await opened.page.waitForFunction("ann.isReady()");
    expect(opened.errors).toEqual(["Achex: load jQuery first, for example /js/JQ.js next to this script."]);
  });
});
