import type { PageSource } from "../../pipeline/page.ts";
import { gameBody } from "../shared/shell/body.ts";
import { tagline, title } from "./texts.ts";

export const page: PageSource = {
  path: "/demos/stream",
  title,
  description: tagline,
  body: gameBody(title, tagline, { picture: "stream", shows: "Live Charts: four waveforms and their values" }),
  scripts: ["demos/stream/main.tsx"],
  styles: ["demos/shared/shell/shell.css", "demos/stream/stream.css"],
  isApp: true,
};
