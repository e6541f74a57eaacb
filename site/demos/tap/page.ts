import type { PageSource } from "../../pipeline/page.ts";
import { gameBody } from "../shared/shell/body.ts";
import { tagline, title } from "./texts.ts";

export const page: PageSource = {
  path: "/demos/tap",
  title,
  description: tagline,
  body: gameBody(title, tagline, { picture: "tap", shows: "Tap: the progress of three players" }),
  scripts: ["demos/tap/main.tsx"],
  styles: ["demos/shared/shell/shell.css", "demos/tap/tap.css"],
  isApp: true,
};
