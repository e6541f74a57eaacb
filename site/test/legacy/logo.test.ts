import { describe, expect, test } from "bun:test";
import { createBrowser } from "../kit/browser.ts";
import { startOrigin } from "../kit/origin.ts";
import { startRelay } from "../kit/relay.ts";
import { openOldPage } from "./pages.ts";

const browser = createBrowser();

const LOGO = "#jqueryAchexWssLogo";
const GREEN = "#2a9d4a";
const AMBER = "#f5a623";
const RED = "#d33";
const look = `(function () {
  var logo = document.querySelector('${LOGO}');
  return [logo.dataset.achex, $.achex.logo.color1, logo.getAttribute('aria-label')];
})()`;
const logoIs = (status: string) => `document.querySelector('[data-achex=${status}]') !== null`;

describe("the status logo", () => {
  test("green when ready, amber while it reconnects, red when closed", async () => {
    await using relay = startRelay();
    await using ann = await openOldPage(browser, relay.http(""), "begin({ username: 'Ann' });", { heldClock: true });
    await ann.ready();
    expect(await ann.value(look)).toEqual(["ready", GREEN, "Achex: connected"]);
    await relay.restart();
    await ann.page.waitForFunction("closings === 1");
    expect(await ann.value(look)).toEqual(["connecting", AMBER, "Achex: connecting"]);
    await ann.page.clock.fastForward(3_600);
    await ann.ready();
    expect(await ann.value(look)).toEqual(["ready", GREEN, "Achex: connected"]);
    await ann.value("$.achex.close()");
    expect(await ann.value(look)).toEqual(["closed", RED, "Achex: not connected"]);
  });

  test("50 px in the corner, above nothing that could be clicked, seen by screen readers as an image", async () => {
    await using relay = startRelay();
    await using ann = await openOldPage(browser, relay.http(""), "begin({ username: 'Ann' });");
    await ann.ready();
    const width = Number(await ann.value("innerWidth"));
    expect(await ann.page.locator(LOGO).boundingBox()).toEqual({ x: width - 55, y: 5, width: 50, height: 50 });
    const under = `document.elementFromPoint(${width - 30}, 30).tagName`;
    expect(await ann.value(under)).not.toBe("CANVAS");
    expect(await ann.page.getByRole("img", { name: "Achex: connected" }).count()).toBe(1);
  });

  test("on the page's own canvas, drawn as it stands", async () => {
    await using relay = startRelay();
    const body = '<canvas id="achexlogo" width="80" height="40"></canvas>';
    const script = "begin({ username: 'Ann', logo: { canvas: 'achexlogo', fade: false, size: 50 } });";
    await using ann = await openOldPage(browser, relay.http(""), script, { body });
    await ann.page.waitForFunction(logoIs("ready"));
    // Near the left corner of the diamond, in the middle of a canvas that is twice as wide as high.
    const pixel = "Array.from(document.getElementById('achexlogo').getContext('2d').getImageData(28, 24, 1, 1).data)";
    expect(await ann.value(pixel)).toEqual([0x2a, 0x9d, 0x4a, 255]);
    expect(await ann.page.locator("canvas").count()).toBe(1);
  });

  test("in another element of the page, in the size asked for, faded out once ready", async () => {
    await using relay = startRelay();
    const body = '<div id="here"></div>';
    const script = "begin({ username: 'Ann', logo: { canvas: '#here', size: 30, fade: true } });";
    await using ann = await openOldPage(browser, relay.http(""), script, { body });
    await ann.page.waitForFunction(logoIs("ready"));
    expect(await ann.value("$('#here canvas')[0].getBoundingClientRect().width")).toBe(30);
    expect(await ann.value("document.querySelector('#here canvas').style.opacity")).toBe("0");
  });

  test("logo: false shows none", async () => {
    await using relay = startRelay();
    await using ann = await openOldPage(browser, relay.http(""), "begin({ username: 'Ann', logo: false });");
    await ann.ready();
    expect(await ann.page.locator("canvas").count()).toBe(0);
  });

  test("a top-level fade, as the classic generation had it", async () => {
    await using relay = startRelay();
    await using ann = await openOldPage(browser, relay.http(""), "begin({ username: 'Ann', fade: true });");
    await ann.page.waitForFunction(logoIs("ready"));
    expect(await ann.value(`document.querySelector('${LOGO}').style.opacity`)).toBe("0");
    await ann.value("$.achex.close()");
    expect(await ann.value(`document.querySelector('${LOGO}').style.opacity`)).toBe("1");
  });

  test("AchexLogo draws on any canvas of the page, and recolours the one that is there", async () => {
    await using relay = startRelay();
    const body = '<canvas id="big" width="100" height="100"></canvas>';
    const script = `var big = new AchexLogo(document.getElementById('big'), 100, { c1: '#123456' }, 10);
      var sizes = [big.size]; big.drawFitToCanvas(); sizes.push(big.size);
      begin({ username: 'Ann' });`;
    await using ann = await openOldPage(browser, relay.http(""), script, { body });
    await ann.ready();
    expect(await ann.value("Array.from(big.ctx.getImageData(12, 62, 1, 1).data)")).toEqual([0x12, 0x34, 0x56, 255]);
    expect(await ann.value("[sizes, big.color2, big.getImg().slice(0, 22)]")).toEqual([
      [100, 90],
      "#269",
      "data:image/png;base64,",
    ]);
    await ann.value("big.resizeCanvas(20, 20); big.setBlurr(0); big.blink(5, 3); big.drawInCenter()");
    expect(await ann.value("[big.canvas.width, big.blurr]")).toEqual([20, -1]);
    const recoloured = `($.achex.logo.drawFitToCanvas({ c1: '#f0f', c2: '#00f' }), $.achex.canvas.id + $.achex.logo.color1)`;
    expect(await ann.value(recoloured)).toBe("jqueryAchexWssLogo#f0f");
    expect(ann.errors).toEqual([]);
  });

  test("a call from the head waits for the body", async () => {
    await using relay = startRelay();
    using origin = startOrigin({
      "/": `<html><head><script src="${relay.http("/js/JQ.js")}"></script><script src="${relay.http("/js/jquery.achex.js")}">
        </script><script>$.achex({ username: 'Ann', password: 'x' })</script></head><body>late</body></html>`,
    });
    await using opened = await browser.open(origin.url());
    await opened.page.waitForFunction(logoIs("ready"));
    expect(opened.errors).toEqual([]);
  });

  test("under a strict policy of the page: no violation, nothing asked of anyone else", async () => {
    await using relay = startRelay();
    const policy = `default-src 'none'; script-src ${relay.http("")} 'nonce-own'; connect-src ${relay.http("")} ws://127.0.0.1:${relay.port}`;
    const page = `<!DOCTYPE html><body><script src="${relay.http("/js/JQ.js")}"></script>
      <script src="${relay.http("/js/jquery.achex.js")}"></script>
      <script nonce="own">$.achex({ username: 'Ann', password: 'x' })</script></body>`;
    using origin = startOrigin({ "/": page }, { "content-security-policy": policy });
    await using opened = await browser.open(origin.url());
    await opened.page.waitForFunction("$.achex.isReady()");
    expect(await opened.page.evaluate(look)).toEqual(["ready", GREEN, "Achex: connected"]);
    expect((await opened.page.locator(LOGO).boundingBox())?.y).toBe(5);
    expect(opened.errors).toEqual([]);
    expect(opened.requests).toEqual([origin.url(), relay.http("/js/JQ.js"), relay.http("/js/jquery.achex.js")]);
  });
});
