import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./bundle.ts";
import { escapeHtml } from "./html.ts";
import { contentHash, file, type SiteFile } from "./site-file.ts";

/** Screenshots, also shown in the README; made by `npm run pictures`. */
const FOLDER = join(root, "docs/pictures");

/** CSS pixels; the pictures themselves are twice as large. */
export const PICTURE = { width: 720, height: 450 } as const;

const THEMES = ["light", "dark"] as const;

/** Whether there are pictures of that name. */
const exists = (name: string) => existsSync(join(FOLDER, `${name}-light.webp`));

const bodyOf = (name: string) => new Uint8Array(readFileSync(join(FOLDER, name)));

const pathOf = (name: string, body: Uint8Array): string =>
  `/pictures/${name.replace(".webp", `-${contentHash(body)}.webp`)}`;

/** A screenshot in the colours of the page. The browser does not load the one that CSS hides. */
export function pictureHtml(name: string, alt: string): string {
  if (!exists(name)) return "";
  const image = (theme: string) => {
    const file = `${name}-${theme}.webp`;
    return `<img class="when-${theme}" src="${pathOf(file, bodyOf(file))}" alt="${escapeHtml(alt)}" width="${PICTURE.width}" height="${PICTURE.height}" loading="lazy">`;
  };
  return THEMES.map(image).join("");
}

export function pictureFiles(): SiteFile[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith(".webp"))
    .map((name) => {
      const body = bodyOf(name);
      return file(pathOf(name, body), "picture", body, { immutable: true });
    });
}
