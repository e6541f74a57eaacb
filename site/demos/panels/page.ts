import type { PageSource } from "../../pipeline/page.ts";
import { gameBody } from "../shared/shell/body.ts";

const TAGLINE = "Knobs, keys and displays of real instruments, for several operators at once.";

export const page: PageSource = {
  path: "/demos/panels",
  title: "Front panels",
  description:
    "Front panels for a power supply, a function generator and any other instrument: several operators, one in control, with SCPI.",
  body: gameBody("Front panels", TAGLINE),
  isApp: true,
  scripts: ["demos/panels/main.tsx"],
  styles: ["demos/shared/shell/shell.css", "demos/shared/instruments/instruments.css", "demos/panels/panels.css"],
};
