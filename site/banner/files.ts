import { bundleScript } from "../pipeline/bundle.ts";
import { file, type SiteFile } from "../pipeline/file.ts";
import { bannerThemes } from "./looks.ts";
import { bannerPicture, picturePath, pictureStyles } from "./picture.ts";

/** What pages of other origins load: the script and the pictures. */
export async function bannerFiles(): Promise<SiteFile[]> {
  const entry = "site/banner/banner.ts";
  const script = await bundleScript({ entry, kind: "classic", path: "/banner", stable: true, shared: true });
  const pictures = pictureStyles.flatMap((style) =>
    bannerThemes.map((theme) =>
      file(picturePath(style, theme), "image", bannerPicture(style, theme), { shared: true }),
    ),
  );
  return [...script.files, ...pictures];
}
