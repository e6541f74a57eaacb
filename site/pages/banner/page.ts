import { bannerSvg, bannerSvgPath, type SvgStyle, svgStyles } from "../../banner/svg.ts";
import { type BannerStyle, type BannerTheme, bannerStyles, bannerThemes } from "../../banner/variants.ts";
import { codeBlock } from "../../pipeline/highlight.ts";
import type { Page } from "../../pipeline/page.ts";

const RELAY = "http://localhost:4010";

const words: Readonly<Record<BannerStyle, string>> = {
  live: "Shows whether your visitor's browser is connected to the relay, and its latency.",
  badge: "An outlined badge, for footers.",
  block: "A filled badge that stands out.",
  word: "Text without a background. With the theme <code>auto</code>, it uses the text colour of your page.",
};

const code = (html: string): string => codeBlock(html, "html");

const asScript = (style: BannerStyle): string =>
  `<script src="${RELAY}/banner.js" data-look="${style}" data-theme="auto" async></script>`;

const stage = (style: BannerStyle): string => `
  <div class="banner-stages">
    ${bannerThemes.map((theme) => `<div class="banner-stage ${theme}"><script src="/banner.js" data-look="${style}" data-theme="${theme}" async></script></div>`).join("\n    ")}
  </div>`;

const stylePart = (style: BannerStyle): string => `
<section class="banner-part">
  <h3>${style}</h3>
  <p>${words[style]}</p>
  ${stage(style)}
  ${code(asScript(style))}
</section>`;

const image = (style: SvgStyle): string =>
  `<img src="${RELAY}${bannerSvgPath(style, "light")}" alt="Powered by Achex" width="164" height="32">`;

/**
 * Without a background, the text must suit the embedding page rather than the visitor's system, so the author chooses the
 * colours.
 */
const asPicture = (style: SvgStyle): string =>
  style === "word"
    ? `<a href="${RELAY}/">${image(style)}</a>`
    : `<a href="${RELAY}/"><picture>
  <source srcset="${RELAY}${bannerSvgPath(style, "dark")}" media="(prefers-color-scheme: dark)">
  ${image(style)}
</picture></a>`;

const asDrawing = (theme: BannerTheme): string =>
  `<a href="${RELAY}/">\n  ${bannerSvg("badge", theme).replaceAll("><", ">\n  <").replace(" textLength", "\n    textLength")}\n</a>`;

export const page: Page = {
  path: "/banner",
  title: "Banner",
  description:
    "“Powered by Achex” for your page: one script, an image, or an inline SVG; the live banner shows the connection status.",
  nav: { label: "Banner", group: "try" },
  styles: ["pages/banner/banner.css"],
  body: `
<div class="prose">
  <h1>Powered by Achex</h1>
  <p class="lead">A small banner for your page. It has its own styles, does not affect yours, sets no cookies, and makes requests to this relay only.</p>
</div>
<section class="banner-part">
  <h2>With one line of script</h2>
  <p>Put the line where the banner should appear. With <code>data-theme="auto"</code>, it follows the setting of your visitor's system. Use <code>light</code> or <code>dark</code> if your page has a fixed theme.</p>
</section>
${bannerStyles.map(stylePart).join("\n")}
<section class="banner-part">
  <h2>Without script</h2>
  <p>Use images that the relay serves. The visitor's system selects light or dark. If your page is always light or always dark, use only that image. The text without a background is for light pages; for dark pages, use <code>word-dark.svg</code>.</p>
  <div class="banner-stages">
    ${bannerThemes.map((theme) => `<div class="banner-stage ${theme}">${svgStyles.map((style) => `<img src="${bannerSvgPath(style, theme)}" alt="Powered by Achex" width="164" height="32">`).join("")}</div>`).join("\n    ")}
  </div>
  ${svgStyles.map((style) => code(asPicture(style))).join("\n  ")}
</section>
<section class="banner-part">
  <h2>As inline SVG</h2>
  <p>The SVG itself, for light and dark pages. It makes no requests.</p>
  ${bannerThemes.map((theme) => code(asDrawing(theme))).join("\n  ")}
</section>
<section class="banner-part">
  <h2>Content-Security-Policy</h2>
  <p>If your page has a policy, allow this relay: <code>script-src ${RELAY}; connect-src ws://localhost:4010; img-src ${RELAY}</code>. Only the live banner connects.</p>
</section>`,
};
