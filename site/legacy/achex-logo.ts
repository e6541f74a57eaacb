import { isJsonObject } from "@achex/protocol";
/** Two colours of a logo: the left half with the core, and the right half. */
export interface LogoColours {
  readonly c1: string;
  readonly c2: string;
}

const coloursOf = (given: unknown): Partial<LogoColours> => {
  if (!isJsonObject(given)) return {};
  const { c1, c2 } = given;
  return { ...(typeof c1 === "string" ? { c1 } : {}), ...(typeof c2 === "string" ? { c2 } : {}) };
};

/** How far the left and right corners of the diamond are below its middle, as a share of its size. */
const SHOULDER = 0.15;

/**
 * The diamond on a canvas. Its fields and methods keep the names of the first library (`AchexLogo`), because pages use them to
 * draw logos of their own and to recolour the one on the page: `$.achex.logo.drawFitToCanvas({ c1: "#f00", c2: "#a00" })`.
 */
export class AchexLogo {
  readonly canvas: HTMLCanvasElement;
  readonly ctx: CanvasRenderingContext2D | null;
  /** Width and height of the diamond in canvas pixels. */
  size: number;
  /** Margin around a diamond fitted to the canvas, in canvas pixels, both sides together. */
  offset_space: number;
  /** Blur of the white glow, in canvas pixels. */
  blurr = 10;
  tog = 0;
  glow = 0;
  color1 = "#37a";
  color2 = "#269";

  constructor(canvas: HTMLCanvasElement, size: number, colours?: unknown, offset?: number | null) {
    this.canvas = canvas;
    this.ctx = canvas.getContext("2d");
    this.size = size;
    this.offset_space = offset ?? 0;
    this.#recolour(colours);
  }

  draw_diamond = (ctx: CanvasRenderingContext2D, size: number, x: number, y: number, fill: string): void => {
    this.#fill(ctx, fill, [
      [x, y - size / 2],
      [x - size / 2, y + size * SHOULDER],
      [x, y + size / 2],
      [x + size / 2, y + size * SHOULDER],
    ]);
  };

  /** `half` is 1 for the left half, 0 for the right one. */
  draw_half_diamond = (
    ctx: CanvasRenderingContext2D,
    size: number,
    x: number,
    y: number,
    fill: string,
    half: number,
  ): void => {
    this.#fill(ctx, fill, [
      [x, y - size / 2],
      [half === 1 ? x - size / 2 : x + size / 2, y + size * SHOULDER],
      [x, y + size / 2],
    ]);
  };

  /** Draws around the point at `x`, with `y` as the upper edge, on an emptied canvas. */
  draw = (x: number, y: number): void => {
    const { ctx, size, color1, color2 } = this;
    if (!ctx) return;
    const middle = y + size / 2;
    const low = y + size * 0.55;
    ctx.clearRect(0, 0, ctx.canvas.width, ctx.canvas.height);
    ctx.shadowColor = "#fff";
    ctx.shadowBlur = this.blurr;
    this.draw_diamond(ctx, size, x, middle, color1);
    // Only the outline glows; inside, the glow would wash out the colours.
    ctx.shadowBlur = 0;
    this.draw_half_diamond(ctx, size, x, middle, color2, 0);
    this.draw_diamond(ctx, size * 0.66, x, middle, "white");
    this.draw_diamond(ctx, size * 0.25, x, low, color1);
    this.draw_half_diamond(ctx, size * 0.25, x, low, color2, 1);
  };

  drawInCenter = (): void => this.draw(this.canvas.width / 2, this.canvas.height / 2 - this.size / 2);

  /** Draws as large as the canvas allows; `fadeout` shows the canvas, then fades it out in three seconds. */
  drawFitToCanvas = (colours?: unknown, fadeout?: unknown): void => {
    this.#recolour(colours);
    this.size = Math.max(Math.min(this.canvas.width, this.canvas.height) - this.offset_space, 0);
    this.drawInCenter();
    if (fadeout) Object.assign(this.canvas.style, { transition: "opacity 3s", opacity: "0" });
  };

  resizeCanvas = (width?: number | null, height?: number | null): void => {
    this.canvas.width = width ?? this.size;
    this.canvas.height = height ?? this.size;
  };

  setBlurr = (blur: number): void => {
    this.blurr = blur;
  };

  /** One step of a glow that swells and shrinks; pages call it from a timer and draw. */
  blink = (max = 10, min = 7): void => {
    this.blurr += this.tog === 1 ? 1 : -1;
    if (this.blurr > max) this.tog = 0;
    else if (this.blurr < min) this.tog = 1;
  };

  /** The drawing as a data URL of a PNG. */
  getImg = (): string => this.canvas.toDataURL();

  #recolour(given: unknown): void {
    const { c1 = this.color1, c2 = this.color2 } = coloursOf(given);
    this.color1 = c1;
    this.color2 = c2;
  }

  #fill(ctx: CanvasRenderingContext2D, colour: string, corners: readonly (readonly [number, number])[]): void {
    ctx.beginPath();
    for (const [x, y] of corners) ctx.lineTo(x, y);
    ctx.fillStyle = colour;
    ctx.fill();
  }
}
