import { afterAll, beforeAll } from "bun:test";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { FLAGS } from "./chromium.ts";

/** A page in its own browser profile; `await using` closes it. */
export interface TestPage extends AsyncDisposable {
  readonly page: Page;
  /** Console errors, uncaught exceptions and violations of the Content-Security-Policy. */
  readonly errors: readonly string[];
  /** Every requested address, except WebSocket frames. */
  readonly requests: readonly string[];
}

export interface PageOptions extends BrowserContextOptions {
  /** Timers of the page run only when the test says so. */
  readonly heldClock?: boolean;
  /**
   * How often a page that draws all the time does so. Without a graphics card, three pages with games take more than the two cores of a small
   * machine at the 60 frames per second of a display. Default: as often as the display.
   */
  readonly framesPerSecond?: number;
}

export interface TestBrowser {
  open(url: string, options?: PageOptions): Promise<TestPage>;
}

/** Runs in a page, before its scripts. As in a browser, a callback can be cancelled by one before it, and its error ends no other. */
function limitFrames(framesPerSecond: number): void {
  const request = window.requestAnimationFrame.bind(window);
  const waiting = new Map<number, FrameRequestCallback>();
  let isScheduled = false;
  let last = 0;
  let ids = 0;
  const frame = (now: number) => {
    isScheduled = false;
    last = now;
    for (const [id, callback] of [...waiting]) {
      if (!waiting.delete(id)) continue;
      try {
        callback(now);
      } catch (error) {
        reportError(error);
      }
    }
  };
  window.requestAnimationFrame = (callback) => {
    if (!isScheduled) setTimeout(() => request(frame), last + 1000 / framesPerSecond - performance.now());
    isScheduled = true;
    waiting.set(++ids, callback);
    return ids;
  };
  window.cancelAnimationFrame = (id) => void waiting.delete(id);
}

let running: Promise<Browser> | undefined;

/** The Chromium of this process, started again if it has died. It ends with the process: each start costs a second of a core. */
async function sharedBrowser(): Promise<Browser> {
  const known = await running?.catch(() => undefined);
  if (known?.isConnected()) return known;
  running = chromium.launch({ executablePath: "/usr/bin/chromium", headless: true, args: FLAGS });
  return running;
}

/** Pages for the tests of a file, in profiles of their own; to be called once at its top. */
export function createBrowser(): TestBrowser {
  let browser: Browser | undefined;
  const contexts = new Set<BrowserContext>();
  beforeAll(async () => {
    browser = await sharedBrowser();
  });
  afterAll(() => Promise.all([...contexts].map((context) => context.close())));
  return {
    async open(url, { heldClock = false, framesPerSecond, ...options } = {}) {
      if (!browser) throw new Error("the browser is there when the first test begins");
      const context = await browser.newContext(options);
      contexts.add(context);
      context.on("close", () => contexts.delete(context));
      const page = await context.newPage();
      const errors: string[] = [];
      const requests: string[] = [];
      page.on("console", (message) => {
        if (message.type() === "error") errors.push(message.text());
      });
      page.on("pageerror", (error) => errors.push(String(error)));
      page.on("request", (request) => requests.push(request.url()));
      if (heldClock) await page.clock.install();
      if (framesPerSecond !== undefined) await page.addInitScript(limitFrames, framesPerSecond);
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
