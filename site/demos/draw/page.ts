import type { PageSource } from "../../pipeline/page.ts";
import { gameBody } from "../shared/shell/body.ts";

const TAGLINE = "One sheet of paper for everybody. Draw together, or guess what the others draw.";

export const page: PageSource = {
  path: "/demos/draw",
  title: "Let's Draw Together",
  description: "One sheet of paper for up to 30 people: draw together, replay the drawing, or guess the word.",
  body: gameBody("Let's Draw Together", TAGLINE, { picture: "draw", shows: "A drawing by two people" }),
  isApp: true,
  scripts: ["demos/draw/main.tsx"],
  styles: ["demos/shared/shell/shell.css", "demos/draw/draw.css"],
};
