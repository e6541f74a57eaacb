import type { Camera, Size } from "./camera.ts";
import type { Box } from "./ink.ts";
import { DOT_STEP, DOTS, type Light, PAPER } from "./palette.ts";

/** The sheet itself: its colour and its dots, which thin out when one looks from afar. */
export function paintPaper(
  context: CanvasRenderingContext2D,
  camera: Camera,
  { width, height }: Size,
  ratio: number,
  light: Light,
  sheet: Box | undefined,
): void {
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.fillStyle = sheet ? DOTS[light] : PAPER[light];
  context.fillRect(0, 0, width, height);
  if (sheet) {
    context.fillStyle = PAPER[light];
    const { zoom, x, y } = camera;
    context.fillRect(
      (sheet.minX - x) * zoom,
      (sheet.minY - y) * zoom,
      (sheet.maxX - sheet.minX) * zoom,
      (sheet.maxY - sheet.minY) * zoom,
    );
    return;
  }
  let step = DOT_STEP * camera.zoom;
  while (step < 16) step *= 2;
  while (step > 64) step /= 2;
  const units = step / camera.zoom;
  const [left, top] = [Math.floor(camera.x / units), Math.floor(camera.y / units)];
  context.fillStyle = DOTS[light];
  for (let row = top; (row * units - camera.y) * camera.zoom < height; row++)
    for (let column = left; (column * units - camera.x) * camera.zoom < width; column++)
      context.fillRect((column * units - camera.x) * camera.zoom - 1, (row * units - camera.y) * camera.zoom - 1, 2, 2);
}
