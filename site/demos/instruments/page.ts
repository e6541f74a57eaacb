import type { PageSource } from "../../pipeline/page.ts";
import { gameBody } from "../shared/shell/body.ts";
import { tagline, title } from "./texts.ts";

export const page: PageSource = {
  path: "/demos/instruments",
  title,
  description: tagline,
  body: gameBody(title, tagline),
  isApp: true,
  scripts: ["demos/instruments/main.tsx"],
  styles: ["demos/shared/shell/shell.css", "demos/shared/instruments/instruments.css", "demos/instruments/wall.css"],
};
