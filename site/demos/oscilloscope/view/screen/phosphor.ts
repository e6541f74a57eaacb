import { type Plot, type Scale, yOf } from "./plot.ts";

/** Red, green and blue, 0 to 255. */
type Color = readonly [number, number, number];
/** Brightness that one pass adds; several passes at one place saturate. */
const PASS = 0.35;
/** Below this, a point is dark. */
const DARK = 0.004;

/**
 * What a screen with persistence still shows: for each point and channel, how bright the traces that went through it have left it. It has the
 * size of the plot in CSS pixels, which bounds its memory and the work for one picture.
 */
export class Phosphor {
  readonly #planes: readonly Float32Array[];
  readonly #image: ImageData;

  constructor(
    readonly width: number,
    readonly height: number,
    private readonly colors: readonly Color[],
  ) {
    this.#planes = colors.map(() => new Float32Array(width * height));
    this.#image = new ImageData(width, height);
  }

  clear(): void {
    for (const plane of this.#planes) plane.fill(0);
  }

  /** Lets so many seconds pass. `constant` is the time in which brightness falls to a third; with Infinity it stays. */
  fade(seconds: number, constant: number): void {
    const factor = Math.exp(-seconds / constant);
    if (factor > 0.9999999) return;
    for (const plane of this.#planes)
      for (let at = 0; at < plane.length; at++) {
        const value = (plane[at] ?? 0) * factor;
        plane[at] = value < DARK ? 0 : value;
      }
  }

  /** Adds a trace of columns, as valuesOf() makes them. */
  add(channel: number, plot: Plot, scale: Scale, values: Float64Array): void {
    const plane = this.#planes[channel];
    if (!plane) return;
    let [beforeTop, beforeBottom] = [Number.NaN, Number.NaN];
    for (let column = 0; column < this.width; column++) {
      const [low = Number.NaN, high = Number.NaN] = [values[2 * column], values[2 * column + 1]];
      let top = Math.round(yOf(plot, scale, high) - plot.top);
      let bottom = Math.round(yOf(plot, scale, low) - plot.top);
      const [ownTop, ownBottom] = [top, bottom];
      // Down to where the column before ended, so that steep parts have no gaps.
      if (beforeBottom < top) top = beforeBottom;
      if (beforeTop > bottom) bottom = beforeTop;
      [beforeTop, beforeBottom] = [ownTop, ownBottom];
      if (Number.isNaN(top) || Number.isNaN(bottom)) continue;
      for (let row = Math.max(0, top); row <= Math.min(this.height - 1, bottom); row++) {
        const at = row * this.width + column;
        plane[at] = Math.min(1, (plane[at] ?? 0) + PASS);
      }
    }
  }

  /** The image, to be put on a canvas of the same size. */
  image(): ImageData {
    const { data } = this.#image;
    data.fill(0);
    for (const [channel, plane] of this.#planes.entries()) {
      const [red, green, blue] = this.colors[channel] ?? [255, 255, 255];
      for (let at = 0; at < plane.length; at++) {
        const value = plane[at] ?? 0;
        if (value === 0) continue;
        // Clamped by the type of the array.
        data[4 * at] = (data[4 * at] ?? 0) + red * value;
        data[4 * at + 1] = (data[4 * at + 1] ?? 0) + green * value;
        data[4 * at + 2] = (data[4 * at + 2] ?? 0) + blue * value;
        data[4 * at + 3] = 255;
      }
    }
    return this.#image;
  }
}
