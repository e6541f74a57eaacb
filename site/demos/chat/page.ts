import type { PageSource } from "../../pipeline/page.ts";
import { gameBody } from "../shared/shell/body.ts";
import { tagline, title } from "./texts.ts";

export const page: PageSource = {
  path: "/demos/chat",
  title,
  description:
    "Rooms, private messages, images and reactions over a relay, with end-to-end encryption where you want it.",
  body: gameBody(title, tagline),
  isApp: true,
  scripts: ["demos/chat/main.tsx"],
  styles: ["demos/shared/shell/shell.css", "demos/chat/chat.css"],
};
