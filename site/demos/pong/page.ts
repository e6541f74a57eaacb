import type { Page } from "../../pipeline/page.ts";
import { gameBody } from "../shared/shell/body.ts";

export const page = (): Page => ({
  path: "/demos/pong",
  title: "Pong",
  description: "Pong for two, four, or a tournament of sixteen, with spin and power shots, in one room of a relay.",
  isApp: true,
  body: gameBody("Pong", "Two paddles, one ball, and spin."),
  scripts: ["demos/pong/main.tsx"],
  styles: ["demos/shared/shell/shell.css", "demos/pong/pong.css"],
});
