import type { PageSource } from "../pipeline/page.ts";

/** Every page, in the order in which the navigation lists them. */
export const sources: readonly (() => Promise<{ readonly page: PageSource }>)[] = [() => import("./design/page.ts")];
