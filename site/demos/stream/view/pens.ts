/** Number of different colours; from the ninth pen on, lines are dashed. */
export const COLOURS = 8;

/** The custom property with the colour of a pen, for style sheets and canvas. */
export const penProperty = (series: number): string => `--pen-${(series % COLOURS) + 1}`;

export const isDashed = (series: number): boolean => series >= COLOURS;
