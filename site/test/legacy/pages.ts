import type { BrowserContextOptions } from "playwright-core";
import type { TestBrowser, TestPage } from "../kit/browser.ts";
import { startOrigin } from "../kit/origin.ts";

/** A page as they were written in 2014: two scripts of the server, then its own, all in one file. */
export const legacyPage = (server: string, script: string, body = ""): string => `<!DOCTYPE html>
<html><head><title>old</title></head><body>${body}
<script src="${server}/js/JQ.js"></script>
<script src="${server}/js/jquery.achex.js"></script>
<script>
var openings = 0, closings = 0, got = [];
function begin(options) {
  $.achex($.extend({
    password: 'x',
    opencallback: function () { openings++; },
    closecallback: function () { closings++; },
    callback: function (message, text, event) { got.push([message, text, event.data === text, event.type]); }
  }, options));
}
${script}
</script></body></html>`;

/** What the callback of such a page receives for a frame. */
export const received = (text: string) => [JSON.parse(text), text, true, "message"];

export interface OldPage extends TestPage {
  ready(): Promise<unknown>;
  /** What the callback was told, once it has been called that often. */
  got(count: number): Promise<unknown>;
  /** The value of an expression in the page. */
  value(expression: string): Promise<unknown>;
}

interface Setting extends BrowserContextOptions {
  readonly heldClock?: boolean;
  readonly body?: string;
  /** Of the page, such as its policy. */
  readonly headers?: Record<string, string>;
}

/** Opens such a page, from an origin of its own; `server` is where its scripts come from. */
export async function openOldPage(
  browser: TestBrowser,
  server: string,
  script: string,
  { body, headers, ...options }: Setting = {},
): Promise<OldPage> {
  const origin = startOrigin({ "/": legacyPage(server, script, body) }, headers);
  const opened = await browser.open(origin.url(), options);
  const { page } = opened;
  return {
    ...opened,
    ready: () => page.waitForFunction("$.achex.isReady()"),
    async got(count) {
      await page.waitForFunction(`got.length >= ${count}`);
      return page.evaluate("got");
    },
    value: (expression) => page.evaluate(expression),
    async [Symbol.asyncDispose]() {
      await opened[Symbol.asyncDispose]();
      origin[Symbol.dispose]();
    },
  };
}
