import { type BannerTheme, colours, DIAMOND, LABEL } from "./looks.ts";

/** Styles that need no script. */
export const pictureStyles = ["word", "badge", "block"] as const;
export type PictureStyle = (typeof pictureStyles)[number];

const WIDTH = 164;
const HEIGHT = 32;

/** A banner as an SVG document of 164 by 32, or as a part of an HTML page. */
export function bannerPicture(style: PictureStyle, theme: BannerTheme): string {
  const { text, accent, ground, line } = colours[theme];
  const block = style === "block";
  const frame =
    style === "word"
      ? ""
      : `<rect x="0.5" y="0.5" width="${WIDTH - 1}" height="${HEIGHT - 1}" rx="8" fill="${block ? accent : ground}" stroke="${block ? accent : line}"/>`;
  const ink = block ? ground : accent;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${LABEL}">` +
    frame +
    `<g transform="translate(10 8) scale(0.5)" fill="${ink}"><path fill-rule="evenodd" d="${DIAMOND[0]}"/><path d="${DIAMOND[1]}"/></g>` +
    // The length is fixed, so that it fits whatever font there is.
    `<text x="34" y="20.5" font-family="system-ui, sans-serif" font-size="13" font-weight="550" textLength="118" lengthAdjust="spacingAndGlyphs" fill="${block ? ground : text}">${LABEL}</text>` +
    "</svg>"
  );
}

export const picturePath = (style: PictureStyle, theme: BannerTheme): string => `/banner/${style}-${theme}.svg`;
