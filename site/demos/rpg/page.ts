import type { PageSource } from "../../pipeline/page.ts";
import { gameBody } from "../shared/shell/body.ts";
import { TAGLINE, TITLE } from "./text.ts";

export const page: PageSource = {
  path: "/demos/rpg",
  title: TITLE,
  description: TAGLINE,
  isApp: true,
  body: gameBody(TITLE, TAGLINE, { picture: "rpg", shows: "A character in the village" }),
  scripts: ["demos/rpg/main.tsx"],
  styles: ["demos/shared/shell/shell.css", "demos/rpg/rpg.css", "demos/rpg/panels.css", "demos/rpg/talk.css"],
};
