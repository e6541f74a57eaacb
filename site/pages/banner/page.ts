import { type BannerStyle, type BannerTheme, bannerStyles, bannerThemes } from "../../banner/looks.ts";
import { bannerPicture, picturePath, pictureStyles } from "../../banner/picture.ts";
import { codeBlock } from "../../pipeline/code.ts";
import type { Page } from "../../pipeline/page.ts";

const RELAY = "http://localhost:4010";

const words: Readonly<Record<BannerStyle, string>> = {
  live: "The live one shows whether your visitor's browser is connected to the relay, and the round trip.",
  badge: "An outline, for footers.",
  block: "Filled, to be seen.",
  word: "Nothing but the words.",
};

const asScript = (style: BannerStyle, theme: BannerTheme): string =>
  `<script src="${RELAY}/banner.js" data-look="${style}" data-theme="${theme}" async></script>`;

const stage = (style: BannerStyle): string => `
  <div class="banner-stages">
    ${bannerThemes.map((theme) => `<div class="banner-stage ${theme}"><script src="/banner.js" data-look="${style}" data-theme="${theme}" async></script></div>`).join("\n    ")}
  </div>`;

const stylePart = (style: BannerStyle): string => `
<section class="banner-part">
  <h3>${style}</h3>
  <p>${words[style]}</p>
  ${stage(style)}
  <div data-addresses>${codeBlock(bannerThemes.map((theme) => asScript(style, theme)).join("\n"), "html")}</div>
</section>`;

const asPicture = (theme: BannerTheme): string =>
  pictureStyles
    .map(
      (style) =>
        `<a href="${RELAY}/"><img src="${RELAY}${picturePath(style, theme)}" alt="Powered by Achex" width="164" height="32"></a>`,
    )
    .join("\n");

export const page: Page = {
  path: "/banner",
  title: "Banner",
  description:
    "“Powered by Achex” for your page: one script, an image, or an SVG of your own; the live one shows the connection.",
  nav: { label: "Banner", group: "try" },
  scripts: ["pages/banner/main.ts"],
  styles: ["pages/banner/banner.css"],
  body: `
<div class="prose">
  <h1>Powered by Achex</h1>
  <p class="lead">A small banner for your page. It brings its own styles, leaves yours alone, sets no cookie, and asks nobody but this relay.</p>
</div>
<section class="banner-part">
  <h2>One line of script</h2>
  <p>Put it where the banner should stand. <code>data-theme</code> may be <code>light</code>, <code>dark</code> or <code>auto</code>, which follows your visitor's system.</p>
</section>
${bannerStyles.map(stylePart).join("\n")}
<section class="banner-part">
  <h2>Without script</h2>
  <p>As images that the relay serves, for light and for dark pages:</p>
  <div class="banner-stages">
    ${bannerThemes.map((theme) => `<div class="banner-stage ${theme}">${pictureStyles.map((style) => `<img src="${picturePath(style, theme)}" alt="Powered by Achex" width="164" height="32">`).join("")}</div>`).join("\n    ")}
  </div>
  ${bannerThemes.map((theme) => `<div data-addresses>${codeBlock(asPicture(theme), "html")}</div>`).join("\n  ")}
</section>
<section class="banner-part">
  <h2>Nothing but HTML</h2>
  <p>The drawing itself, to keep in your page: it loads nothing.</p>
  <div data-addresses>${codeBlock(`<a href="${RELAY}/">\n  ${bannerPicture("badge", "light").replaceAll("><", ">\n  <")}\n</a>`, "html")}</div>
</section>
<section class="banner-part">
  <h2>If your page has a Content-Security-Policy</h2>
  <p>Allow this relay: <code data-addresses>script-src ${RELAY}; connect-src ws://localhost:4010; img-src ${RELAY}</code>. Only the live banner connects.</p>
</section>`,
};
