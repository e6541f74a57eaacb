export const title = "Tap";
export const tagline = "Who taps 20 times first? A whole game for two to eight people in 50 lines.";
