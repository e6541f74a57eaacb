import { watchConnection } from "./connection-status.ts";
import { bannerStyleSheet } from "./styles.ts";
import { type BannerStyle, bannerStyles, DIAMOND_PATHS, LABEL } from "./variants.ts";

export interface BannerOptions {
  /** Origin of the relay, http or https. */
  readonly relay: string;
  /** One of bannerStyles; anything else is `badge`. */
  readonly look?: string | undefined;
  /** `light`, `dark`; anything else follows the visitor's system. */
  readonly theme?: string | undefined;
}

const SVG = "http://www.w3.org/2000/svg";

function diamond(): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 32 32");
  svg.setAttribute("aria-hidden", "true");
  for (const shape of DIAMOND_PATHS) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", shape);
    path.setAttribute("fill-rule", "evenodd");
    svg.append(path);
  }
  return svg;
}

const textIn = (tag: string, text: string, name = ""): HTMLElement => {
  const element = document.createElement(tag);
  element.textContent = text;
  element.className = name;
  return element;
};

const isStyle = (look: string | undefined): look is BannerStyle => bannerStyles.some((style) => style === look);

/** The banner: an element with a shadow root, so that the styles of page and banner do not affect each other. */
export function createBanner({ relay, look, theme }: BannerOptions): HTMLElement {
  const style = isStyle(look) ? look : "badge";
  const host = document.createElement("achex-banner");
  const root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [bannerStyleSheet()];
  const link = document.createElement("a");
  link.href = `${relay}/`;
  link.className = `${style} ${theme === "light" || theme === "dark" ? theme : "auto"}`;
  link.append(diamond(), textIn("span", LABEL));
  root.append(link);
  if (style === "live") {
    const state = textIn("span", "connecting", "state");
    link.append(state);
    watchConnection(relay, ({ text, connected }) => {
      state.textContent = text;
      state.classList.toggle("connected", connected);
    });
  }
  return host;
}
