// A separate script that runs before the first paint. Without it, a dark page would flash white while loading.
import { readTheme } from "./theme-choice.ts";

const theme = readTheme();
if (theme !== "auto") document.documentElement.dataset.theme = theme;
