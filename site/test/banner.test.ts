import { describe, expect, test } from "bun:test";
import { svgStyles } from "../banner/svg.ts";
import { bannerStyles, bannerThemes } from "../banner/variants.ts";
import { createBrowser } from "./kit/browser.ts";
import { waitForText } from "./kit/files.ts";
import { startOrigin } from "./kit/origin.ts";
import { startRelay, type TestRelay } from "./kit/relay.ts";

const browser = createBrowser();

/** Every block of code of the banner page, as its reader copies it. */
async function codes(relay: TestRelay): Promise<string[]> {
  await using opened = await browser.open(relay.http("/banner"));
  const found = await opened.page.locator("pre.code code").allTextContents();
  expect(opened.errors).toEqual([]);
  return found;
}

/** The strictest policy that the page says is enough. */
const policyFor = ({ port }: TestRelay) =>
  `default-src 'none'; script-src http://127.0.0.1:${port}; connect-src ws://127.0.0.1:${port}; img-src http://127.0.0.1:${port}`;

test("waitForText every style by day and by night, the live one connected to this server (K10, K11)", async () => {
  await using relay = startRelay();
  await using opened = await browser.open(relay.http("/banner"));
  const { page } = opened;
  for (const style of bannerStyles)
    for (const theme of bannerThemes) await page.locator(`a.${style}.${theme}`).waitFor();
  for (const theme of bannerThemes) await page.locator(`a.live.${theme} .state.connected`).waitFor();
  await waitForText(page, "a.live.light .state", " ms");
  expect(await page.locator("achex-banner").count()).toBe(bannerStyles.length * bannerThemes.length);
  expect(opened.errors).toEqual([]);
});

describe("on a page of another origin", () => {
  test("all code of the page works as copied, under a strict policy, and waitForText connection and latency", async () => {
    await using relay = startRelay();
    const copied = await codes(relay);
    expect(copied.length).toBe(bannerStyles.length + svgStyles.length + bannerThemes.length);
    const body = copied.join("\n");
    expect(body).not.toContain("localhost:4010");
    using origin = startOrigin(
      { "/": `<!doctype html><title>Guest</title>${body}` },
      {
        "content-security-policy": policyFor(relay),
      },
    );
    await using opened = await browser.open(origin.url());
    const { page } = opened;
    await page.locator("a.live.auto .state.connected").waitFor();
    await waitForText(page, "a.live .state", " ms");
    expect(await page.locator("achex-banner").count()).toBe(bannerStyles.length);
    const pictures = await page.evaluate(() => [...document.images].map(({ naturalWidth }) => naturalWidth));
    expect(pictures).toEqual(svgStyles.map(() => 164));
    const links = await page.evaluate(() => [...document.querySelectorAll("a")].map(({ href }) => href));
    expect(new Set(links)).toEqual(new Set([relay.http("/")]));
    expect(opened.errors).toEqual([]);
  });

  test("neither page nor banner sees the other's styles, and nothing becomes global", async () => {
    await using relay = startRelay();
    const loud = "* { color: red !important; font: 40px serif !important; } a { display: none !important; }";
    const script = `<script src="${relay.http("/banner.js")}" data-look="live" data-theme="dark" async></script>`;
    const before = "<script>globalThis.before = Object.getOwnPropertyNames(window)</script>";
    using origin = startOrigin({
      "/": `<!doctype html><style>${loud}</style><p id="p">text</p>${before}<footer>${script}</footer>`,
    });
    await using opened = await browser.open(origin.url());
    const { page } = opened;
    await page.locator("footer > achex-banner a.live").waitFor();
    const look = await page.locator("a.live").evaluate((link) => {
      const { color, fontSize, backgroundColor } = getComputedStyle(link);
      return { color, fontSize, backgroundColor };
    });
    expect(look).toEqual({ color: "rgb(233, 236, 234)", fontSize: "13px", backgroundColor: "rgb(27, 30, 29)" });
    expect(await page.locator("#p").evaluate((text) => getComputedStyle(text).fontSize)).toBe("40px");
    const added = await page.evaluate(() => {
      const known = new Set<string>(Reflect.get(globalThis, "before"));
      return Object.getOwnPropertyNames(window).filter((name) => !known.has(name) && name !== "before");
    });
    expect(added).toEqual([]);
    expect(await page.evaluate(() => document.styleSheets.length + document.adoptedStyleSheets.length)).toBe(1);
  });

  test("the words without a background take the colour of the page, whatever the visitor's system prefers", async () => {
    await using relay = startRelay();
    const script = `<script src="${relay.http("/banner.js")}" data-look="word" data-theme="auto"></script>`;
    using origin = startOrigin({ "/": `<!doctype html><body style="background:#fff;color:#123456">${script}</body>` });
    for (const colorScheme of ["light", "dark"] as const) {
      await using opened = await browser.open(origin.url(), { colorScheme });
      const link = opened.page.locator("a.word.auto");
      expect(await link.evaluate((words) => getComputedStyle(words).color)).toBe("rgb(18, 52, 86)");
      expect(await link.locator("svg").evaluate((shape) => getComputedStyle(shape).fill)).toBe("rgb(18, 52, 86)");
    }
  });

  test("from the head it goes to the end of the body; a look it does not know is the badge, a theme the visitor's", async () => {
    await using relay = startRelay();
    const script = `<script src="${relay.http("/banner.js")}" data-look="&lt;b&gt;"></script>`;
    using origin = startOrigin({ "/": `<!doctype html><head>${script}</head><body><p>text</p></body>` });
    await using opened = await browser.open(origin.url(), { colorScheme: "dark" });
    const link = opened.page.locator("body > achex-banner:last-child a.badge.auto");
    await link.waitFor();
    expect(await link.evaluate((one) => getComputedStyle(one).backgroundColor)).toBe("rgb(27, 30, 29)");
  });

  test("the live one says so when the relay is gone, and comes back to it", async () => {
    await using relay = startRelay();
    const script = `<script src="${relay.http("/banner.js")}" data-look="live" async></script>`;
    using origin = startOrigin({ "/": `<!doctype html><body>${script}</body>` });
    await using opened = await browser.open(origin.url());
    await waitForText(opened.page, "a.live .state", " ms");
    await relay.stop();
    await waitForText(opened.page, "a.live .state", "not connected");
    relay.start();
    await waitForText(opened.page, "a.live .state", " ms");
  });
});
