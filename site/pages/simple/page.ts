import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "../../pipeline/page.ts";

export const page: Page = {
  path: "/examples/simple",
  title: "Simple example",
  description: "A chat in one HTML file; its source is the lesson.",
  nav: { label: "Simple example", group: "learn" },
  body: "",
  document: readFileSync(join(import.meta.dir, "simple.html"), "utf8"),
};
