import { afterAll, beforeAll } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Page } from "playwright-core";

/** A folder for files saved from the pages, as a reader would. Call it once at the top of a test file. */
export function createTestFolder() {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "achex-saved-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return {
    /** Saves a text under that name; returns the file's path. */
    save(name: string, text: string): string {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      return path;
    },
  };
}

/** The code of a block as its Copy button takes it. */
export async function copiedCode(page: Page, selector: string): Promise<string> {
  return `${await page.locator(`${selector} pre.code code`).first().textContent({ timeout: 25_000 })}\n`;
}

/** Resolves once the text of the element contains this. */
export async function waitForText(page: Pick<Page, "locator">, selector: string, text: string): Promise<void> {
  await page.locator(selector).filter({ hasText: text }).first().waitFor({ timeout: 25_000 });
}
