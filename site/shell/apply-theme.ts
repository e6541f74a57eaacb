// A script of its own that blocks painting: a page that was dark must not flash white first.
import { readTheme } from "./theme-choice.ts";

const theme = readTheme();
if (theme !== "auto") document.documentElement.dataset.theme = theme;
