import { signal } from "@preact/signals";
import type { Light } from "./palette.ts";

const dark = matchMedia("(prefers-color-scheme: dark)");

function current(): Light {
  const { theme } = document.documentElement.dataset;
  if (theme === "dark" || theme === "light") return theme === "dark" ? "night" : "day";
  return dark.matches ? "night" : "day";
}

/** The paper by day or by night, as the visitor has chosen for the site or the system. */
export const light = signal<Light>(current());

const update = () => {
  light.value = current();
};
dark.addEventListener("change", update);
new MutationObserver(update).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
