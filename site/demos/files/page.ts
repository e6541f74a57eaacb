import type { PageSource } from "../../pipeline/page.ts";
import { gameBody } from "../shared/shell/body.ts";
import { tagline, title } from "./texts.ts";

export const page: PageSource = {
  path: "/demos/files",
  title,
  description: tagline,
  body: gameBody(title, tagline),
  scripts: ["demos/files/main.tsx"],
  styles: ["demos/shared/shell/shell.css", "demos/files/files.css"],
  isApp: true,
};
