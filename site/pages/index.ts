import type { PageSource } from "../pipeline/page.ts";
import { examplePages } from "./quickstart/examples.ts";

/** Every page, in the order in which the navigation lists them. */
export const sources: readonly (() => Promise<{ readonly page: PageSource }>)[] = [
  () => import("./home/page.ts"),
  () => import("./quickstart/page.ts"),
  () => import("./recipes/page.ts"),
  () => import("./rooms/page.ts"),
  () => import("./simple/page.ts"),
  () => import("./interactive/page.ts"),
  () => import("./websockets/page.ts"),
  () => import("./coming-from-achex-ca/page.ts"),
  () => import("./test/page.ts"),
  () => import("./banner/page.ts"),
  () => import("./protocol/page.ts"),
  () => import("./client/page.ts"),
  () => import("./api/page.ts"),
  () => import("./errors/page.ts"),
  () => import("./delivery-guarantees/page.ts"),
  () => import("./glossary/page.ts"),
  () => import("./performance/page.ts"),
  () => import("./source/page.ts"),
  () => import("./operating/page.ts"),
  () => import("./sizing/page.ts"),
  () => import("./troubleshooting/page.ts"),
  () => import("./demos/page.ts"),
  () => import("../demos/tap/page.ts"),
  () => import("../demos/pong/page.ts"),
  () => import("./design/page.ts"),
  () => import("./not-found/page.ts"),
  () => import("./offline/page.ts"),
  ...examplePages.map((page) => async () => ({ page })),
];
