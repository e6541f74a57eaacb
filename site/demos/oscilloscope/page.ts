import type { PageSource } from "../../pipeline/page.ts";
import { gameBody } from "../shared/shell/body.ts";

const TAGLINE = "Two channels from an instrument or your microphone, watched by everybody at the same time.";

export const page: PageSource = {
  path: "/demos/oscilloscope",
  title: "Oscilloscope",
  description:
    "A two-channel oscilloscope in the browser: trigger, cursors, measurements, averaging, persistence, XY and spectrum, for several people at once.",
  body: gameBody("Oscilloscope", TAGLINE),
  isApp: true,
  scripts: ["demos/oscilloscope/main.tsx"],
  styles: [
    "demos/shared/shell/shell.css",
    "demos/shared/instruments/instruments.css",
    "demos/panels/controls.css",
    "demos/panels/control-bar.css",
    "demos/oscilloscope/oscilloscope.css",
  ],
};
