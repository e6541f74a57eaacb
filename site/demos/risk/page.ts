import type { PageSource } from "../../pipeline/page.ts";
import { gameBody } from "../shared/shell/body.ts";

export const page: PageSource = {
  path: "/demos/risk",
  title: "World Conquest",
  description:
    "A game of world conquest, known as Risk: for 2 to 6 players, with dice that nobody can fake, on this relay.",
  isApp: true,
  body: gameBody("World Conquest", "A game of world conquest, known as Risk.", {
    picture: "risk",
    shows: "A map with armies, and the players beside it",
  }),
  scripts: ["demos/risk/main.tsx"],
  styles: ["demos/shared/shell/shell.css", "demos/risk/risk.css"],
};
