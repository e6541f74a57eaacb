/** A round light in a few bands, as pixel art has it; drawn once for each size. */
const lights = new Map<number, HTMLCanvasElement>();

function lightOf(radius: number): HTMLCanvasElement {
  const known = lights.get(radius);
  if (known) return known;
  const canvas = document.createElement("canvas");
  canvas.width = radius * 2;
  canvas.height = radius * 2;
  const context = canvas.getContext("2d");
  const image = context?.createImageData(radius * 2, radius * 2);
  if (context && image) {
    for (let y = 0; y < radius * 2; y++) {
      for (let x = 0; x < radius * 2; x++) {
        const distance = Math.hypot(x + 0.5 - radius, y + 0.5 - radius) / radius;
        // Every second pixel of a border belongs to the next band.
        const band = Math.floor(distance * 5 + ((x + y) % 2) * 0.35);
        image.data[(y * radius * 2 + x) * 4 + 3] = [255, 225, 170, 105, 45][band] ?? 0;
      }
    }
    context.putImageData(image, 0, 0);
  }
  lights.set(radius, canvas);
  return canvas;
}

export interface Lamp {
  /** On the screen, in pixels of the picture. */
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/** Darkness with holes where lamps are, laid over the finished picture. */
export class Night {
  readonly #canvas = document.createElement("canvas");

  draw(target: CanvasRenderingContext2D, color: string, strength: number, lamps: readonly Lamp[]): void {
    if (strength <= 0.01) return;
    const { width, height } = target.canvas;
    const canvas = this.#canvas;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const context = canvas.getContext("2d");
    if (!context) return;
    context.globalCompositeOperation = "copy";
    context.fillStyle = color;
    context.fillRect(0, 0, width, height);
    context.globalCompositeOperation = "destination-out";
    for (const { x, y, radius } of lamps) {
      const size = Math.max(8, Math.round(radius));
      context.drawImage(lightOf(size), Math.round(x) - size, Math.round(y) - size);
    }
    target.globalAlpha = strength;
    target.drawImage(canvas, 0, 0);
    target.globalAlpha = 1;
  }
}
