/** The two shapes of the diamond in a square of 32. */
export const DIAMOND_PATHS = ["M16 1 31 16 16 31 1 16ZM16 8 8 16 16 24 24 16Z", "M16 12 20 16 16 20 12 16Z"] as const;

export const bannerStyles = ["live", "badge", "block", "word"] as const;
export type BannerStyle = (typeof bannerStyles)[number];

export const bannerThemes = ["light", "dark"] as const;
export type BannerTheme = (typeof bannerThemes)[number];

/** Colours of a banner, which cannot rely on those of the page it is embedded in. */
export interface Colours {
  readonly text: string;
  readonly accent: string;
  readonly background: string;
  readonly line: string;
}

export const colours: Readonly<Record<BannerTheme, Colours>> = {
  light: { text: "#161a19", accent: "#00706a", background: "#ffffff", line: "#c9cfcc" },
  dark: { text: "#e9ecea", accent: "#4fd0bf", background: "#1b1e1d", line: "#454d4a" },
};

export const LABEL = "Powered by Achex";
