import { type BannerTheme, colours, DIAMOND_PATHS, LABEL } from "./variants.ts";

/** Styles that need no script. */
export const svgStyles = ["word", "badge", "block"] as const;
export type SvgStyle = (typeof svgStyles)[number];

const WIDTH = 164;
const HEIGHT = 32;

/** A banner as an SVG document of 164 by 32, or as a part of an HTML page. */
export function bannerSvg(style: SvgStyle, theme: BannerTheme): string {
  const { text, accent, background, line } = colours[theme];
  const block = style === "block";
  const frame =
    style === "word"
      ? ""
      : `<rect x="0.5" y="0.5" width="${WIDTH - 1}" height="${HEIGHT - 1}" rx="8" fill="${block ? accent : background}" stroke="${block ? accent : line}"/>`;
  const ink = block ? background : accent;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${LABEL}">` +
    frame +
    `<g transform="translate(10 8) scale(0.5)" fill="${ink}"><path fill-rule="evenodd" d="${DIAMOND_PATHS[0]}"/><path d="${DIAMOND_PATHS[1]}"/></g>` +
    // A fixed text length makes the text fit with any font.
    `<text x="34" y="20.5" font-family="system-ui, sans-serif" font-size="13" font-weight="550" textLength="118" lengthAdjust="spacingAndGlyphs" fill="${block ? background : text}">${LABEL}</text>` +
    "</svg>"
  );
}

export const bannerSvgPath = (style: SvgStyle, theme: BannerTheme): string => `/banner/${style}-${theme}.svg`;
