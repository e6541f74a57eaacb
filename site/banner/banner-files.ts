import { bundleScript } from "../pipeline/bundle.ts";
import { file, type SiteFile } from "../pipeline/site-file.ts";
import { bannerSvg, bannerSvgPath, svgStyles } from "./svg.ts";
import { bannerThemes } from "./variants.ts";

/** The files that pages of other origins load: the script and the pictures. */
export async function bannerFiles(): Promise<SiteFile[]> {
  const entry = "site/banner/banner.ts";
  const script = await bundleScript({ entry, kind: "classic", path: "/banner", stable: true, shared: true });
  const pictures = svgStyles.flatMap((style) =>
    bannerThemes.map((theme) => file(bannerSvgPath(style, theme), "image", bannerSvg(style, theme), { shared: true })),
  );
  return [...script.files, ...pictures];
}
