import { chromium } from "playwright-core";

const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export interface Page {
  /** The value of an expression in the page; promises are awaited. */
  ask<T>(expression: string): Promise<T>;
  /** Loads it again; resolves when that has run its modules. */
  reload(): Promise<void>;
  /** Disconnects the page from the network, or reconnects it. */
  offline(off: boolean): Promise<void>;
  /** Errors and warnings in its console, and errors that nothing caught. */
  readonly problems: readonly string[];
}

export interface Browser {
  /** A page that has loaded and run its modules. */
  open(url: string): Promise<Page>;
  close(): Promise<void>;
}

/** The system's Chromium, without a window. */
export async function openBrowser(): Promise<Browser> {
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", headless: true, args: ARGS });
  return {
    async open(url) {
      const context = await browser.newContext();
      const page = await context.newPage();
      const problems: string[] = [];
      page.on("console", (message) => /error|warning/.test(message.type()) && problems.push(message.text()));
      page.on("pageerror", (error) => problems.push(String(error)));
      await page.goto(url, { waitUntil: "load" });
      return {
        ask: (expression) => page.evaluate(expression),
        async reload() {
          await page.reload({ waitUntil: "load" });
        },
        offline: (off) => context.setOffline(off),
        problems,
      };
    },
    close: () => browser.close(),
  };
}
