import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";

const axe = readFileSync(Bun.fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");

/** All rules of axe, or only the given ones. Contrast is measured where the page has marked a sample of it. */
const run = (only: readonly string[]): string => `(async () => {
  axe.configure({ rules: [{ id: "color-contrast", selector: "[data-contrast-sample]" }] });
  const { violations } = await axe.run(document, {
    resultTypes: ["violations"],
    ...(${only.length > 0} ? { runOnly: ${JSON.stringify(only)} } : {}),
  });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, any }) => id + " at " + target.join(" ") + ": " + any.map((one) => one.message)));
})()`;

/**
 * Marks one of all texts that must have the same contrast: they and all elements around them have the same tags, classes, colours,
 * backgrounds and fonts. What is positioned may lie on anything, so it is only like what is inside the same positioned element. A long
 * document has thousands of texts of some dozen kinds, and axe takes a second of a core for a thousand of them.
 */
function markContrastSamples(): void {
  const kinds = new Map<string, number>();
  const numberOf = (kind: string): number => {
    const number = kinds.get(kind) ?? kinds.size;
    kinds.set(kind, number);
    return number;
  };
  const styles = [
    "color",
    "backgroundColor",
    "backgroundImage",
    "opacity",
    "fontSize",
    "fontWeight",
    "textShadow",
  ] as const;
  const more = ["filter", "mixBlendMode", "float", "transform", "position", "visibility"] as const;
  const marked = new Set<number>();
  let positioned = 0;
  const visit = (element: Element, around: number): void => {
    element.removeAttribute("data-contrast-sample");
    const style = getComputedStyle(element);
    if (style.display === "none") return;
    const own = [...styles, ...more].map((name) => style[name]);
    const isPositioned = style.position !== "static" || style.float !== "none" || style.transform !== "none";
    const isDisabled = element.matches(":disabled, [aria-disabled=true], label:has(:disabled)");
    const names = [element.tagName, element.getAttribute("class"), isDisabled, isPositioned && positioned++];
    const kind = numberOf([around, ...names, ...own].join("|"));
    const hasText = [...element.childNodes].some(({ nodeType, nodeValue }) => nodeType === 3 && nodeValue?.trim());
    const isSample = hasText ? !marked.has(kind) : element.matches("input, select, textarea, button");
    if (isSample && element.checkVisibility({ visibilityProperty: true })) {
      marked.add(kind);
      element.setAttribute("data-contrast-sample", "");
    }
    for (const child of [...element.children, ...(element.shadowRoot?.children ?? [])]) visit(child, kind);
  };
  visit(document.body, -1);
}

/** Accessibility violations found by all rules of axe, or by the given ones. */
export async function accessibilityFindings(page: Page, only: readonly string[] = []): Promise<unknown> {
  // Compiling it takes a quarter of a second of a core.
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(axe);
  await page.evaluate(markContrastSamples);
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
