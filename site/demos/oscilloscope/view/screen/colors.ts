/** Colours of what is on the screen, as the art direction of the instruments gives them. */
export const COLORS = {
  channels: ["#f3ec1a", "#31b44b"],
  math: "#d17bc4",
  trigger: "#75cede",
  reference: "#c9d1d4",
  cursor: "#ff9d4d",
  xy: "#e8ecec",
  text: "#e8ecec",
  muted: "#8d9698",
  screen: "#070809",
} as const;

export const channelColor = (channel: number): string => COLORS.channels[channel] ?? COLORS.math;

/** Red, green and blue of a colour above. */
export const partsOf = (color: string): readonly [number, number, number] => {
  const number = Number.parseInt(color.slice(1), 16);
  return [number >> 16, (number >> 8) & 255, number & 255];
};
