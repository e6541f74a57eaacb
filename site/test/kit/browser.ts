import { afterAll, beforeAll } from "bun:test";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { FLAGS } from "./chromium.ts";

/** A page in its own browser profile; `await using` closes it. */
export interface TestPage extends AsyncDisposable {
  readonly page: Page;
  /** Console errors, uncaught exceptions and violations of the Content-Security-Policy. */
  readonly errors: readonly string[];
  /** Every requested address, except WebSocket frames. */
  readonly requests: readonly string[];
}

export interface TestBrowser {
  open(url: string, options?: BrowserContextOptions & { readonly heldClock?: boolean }): Promise<TestPage>;
}

/** One Chromium for the tests of a file; to be called once at its top. */
export function createBrowser(): TestBrowser {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: "/usr/bin/chromium", headless: true, args: FLAGS });
  });
  afterAll(() => browser?.close());
  return {
    async open(url, { heldClock = false, ...options } = {}) {
      if (!browser) throw new Error("the browser is there when the first test begins");
      const context = await browser.newContext(options);
      const page = await context.newPage();
      const errors: string[] = [];
      const requests: string[] = [];
      page.on("console", (message) => {
        if (message.type() === "error") errors.push(message.text());
      });
      page.on("pageerror", (error) => errors.push(String(error)));
      page.on("request", (request) => requests.push(request.url()));
      // Timers of the page then run only when the test says so.
      if (heldClock) await page.clock.install();
      try {
        await page.goto(url);
      } catch (error) {
        await context.close();
        throw error;
      }
      return { page, errors, requests, [Symbol.asyncDispose]: () => context.close() };
    },
  };
}
