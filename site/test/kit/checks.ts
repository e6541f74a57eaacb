import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";

const axe = readFileSync(Bun.fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");

/** All rules of axe, or only the given ones. */
const run = (only: readonly string[]): string => `axe.run(document, {
  resultTypes: ["violations"],
  ...(${only.length > 0} ? { runOnly: ${JSON.stringify(only)} } : {}),
}).then(({ violations }) => violations.flatMap(({ id, nodes }) =>
  nodes.map(({ target, any }) => id + " at " + target.join(" ") + ": " + any.map((one) => one.message))))`;

/** Accessibility violations found by all rules of axe, or by the given ones. */
export async function accessibilityFindings(page: Page, only: readonly string[] = []): Promise<unknown> {
  await page.evaluate(axe);
  return page.evaluate(run(only));
}

/** Elements that reach beyond the right edge, where the page as a whole does; none when nothing has to be scrolled. */
export const overflowing = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    const wide = [...document.querySelectorAll("body *")].filter(
      (element) => element.getBoundingClientRect().right > root.clientWidth + 1,
    );
    return [
      `page: ${root.scrollWidth}`,
      ...wide.map(({ tagName, className }) => `${tagName} ${className}`).slice(0, 5),
    ];
  });

/** Visible controls that the keyboard cannot reach. Parts of one control, which its arrows choose, do not count. */
export const unreachable = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const kinds = "a[href], button, input, select, textarea, summary, [role=button], [role=link], [onclick]";
    const parts = "[role=option], [role=tab], [role=radio], [role=listbox] a";
    const missed: string[] = [];
    for (const element of document.querySelectorAll<HTMLElement>(kinds)) {
      if (!element.checkVisibility({ visibilityProperty: true }) || element.matches(parts)) continue;
      if (element.closest(parts) || element.matches(":disabled")) continue;
      element.focus();
      if (element.tabIndex < 0 || document.activeElement !== element) missed.push(element.outerHTML.slice(0, 120));
    }
    return missed;
  });

/** Milliseconds from the request for the page to its largest paint. */
export async function largestPaint(page: Page): Promise<number> {
  const paint = await page.waitForFunction(
    () =>
      new Promise<number>((resolve) => {
        const observer = new PerformanceObserver((list) => {
          const last = list.getEntries().at(-1);
          if (last) resolve(last.startTime);
        });
        observer.observe({ type: "largest-contentful-paint", buffered: true });
      }),
  );
  return paint.jsonValue();
}

/** Bytes of a file as gzip sends it. */
export async function compressedBytes(url: string): Promise<number> {
  const response = await fetch(url, { headers: { "accept-encoding": "gzip" }, decompress: false });
  return (await response.arrayBuffer()).byteLength;
}
