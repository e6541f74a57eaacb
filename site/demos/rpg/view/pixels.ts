import { RGB } from "./palette.ts";

const CLEAR = 255;

/** A small picture of palette colors: what every sprite is made of. */
export class Pixels {
  readonly data: Uint8Array;

  constructor(
    readonly w: number,
    readonly h: number,
  ) {
    this.data = new Uint8Array(w * h).fill(CLEAR);
  }

  /** The color at a pixel, or undefined where nothing is. */
  at(x: number, y: number): number | undefined {
    if (x < 0 || y < 0 || x >= this.w || y >= this.h) return undefined;
    const color = this.data[y * this.w + x];
    return color === CLEAR ? undefined : color;
  }

  set(x: number, y: number, color: number): void {
    if (x >= 0 && y >= 0 && x < this.w && y < this.h) this.data[y * this.w + x] = color;
  }

  rect(x: number, y: number, w: number, h: number, color: number): this {
    for (let row = y; row < y + h; row++) for (let at = x; at < x + w; at++) this.set(at, row, color);
    return this;
  }

  /** Each pixel of an ellipse; `color` decides by its place, from -1 to 1 in both directions. */
  ellipse(
    cx: number,
    cy: number,
    rx: number,
    ry: number,
    color: (u: number, v: number, x: number, y: number) => number | undefined,
  ): this {
    for (let y = Math.floor(cy - ry); y <= cy + ry; y++) {
      for (let x = Math.floor(cx - rx); x <= cx + rx; x++) {
        const u = (x + 0.5 - cx) / rx;
        const v = (y + 0.5 - cy) / ry;
        if (u * u + v * v > 1) continue;
        const chosen = color(u, v, x, y);
        if (chosen !== undefined) this.set(x, y, chosen);
      }
    }
    return this;
  }

  /** Draws a grid of characters: a hexadecimal digit is a color, a key of `materials` stands for one, anything else is nothing. */
  grid(x: number, y: number, rows: readonly string[], materials: Readonly<Record<string, number>> = {}): this {
    rows.forEach((row, dy) => {
      [...row].forEach((letter, dx) => {
        const color = materials[letter] ?? (/^[0-9a-f]$/.test(letter) ? Number.parseInt(letter, 16) : undefined);
        if (color !== undefined) this.set(x + dx, y + dy, color);
      });
    });
    return this;
  }

  draw(other: Pixels, x: number, y: number): this {
    for (let row = 0; row < other.h; row++) {
      for (let at = 0; at < other.w; at++) {
        const color = other.at(at, row);
        if (color !== undefined) this.set(x + at, y + row, color);
      }
    }
    return this;
  }

  /** The same with a line around everything: it belongs to what one can touch. */
  outlined(color = 0): Pixels {
    const result = new Pixels(this.w, this.h);
    for (let y = 0; y < this.h; y++) {
      for (let x = 0; x < this.w; x++) {
        const own = this.at(x, y);
        const touches = [this.at(x - 1, y), this.at(x + 1, y), this.at(x, y - 1), this.at(x, y + 1)].some(
          (near) => near !== undefined,
        );
        if (own !== undefined) result.set(x, y, own);
        else if (touches) result.set(x, y, color);
      }
    }
    return result;
  }

  mirrored(): Pixels {
    const result = new Pixels(this.w, this.h);
    for (let y = 0; y < this.h; y++)
      for (let x = 0; x < this.w; x++) result.data[y * this.w + x] = this.data[y * this.w + this.w - 1 - x] ?? CLEAR;
    return result;
  }

  /** Everything that is drawn, in one color: for a flash or a shadow. */
  silhouette(color: number): Pixels {
    const result = new Pixels(this.w, this.h);
    this.data.forEach((own, index) => {
      if (own !== CLEAR) result.data[index] = color;
    });
    return result;
  }

  /** Red, green, blue and alpha of each pixel. */
  rgba(): Uint8ClampedArray<ArrayBuffer> {
    const bytes = new Uint8ClampedArray(this.w * this.h * 4);
    this.data.forEach((own, index) => {
      const [r, g, b] = RGB[own] ?? [0, 0, 0];
      if (own !== CLEAR) bytes.set([r, g, b, 255], index * 4);
    });
    return bytes;
  }
}
