export const TITLE = "Lanternfall";
export const TAGLINE = "A small open world: walk, trade, fight side by side, and light the beacon again.";
