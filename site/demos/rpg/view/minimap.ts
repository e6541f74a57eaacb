import { type GameMap, groundAt, heightOf, type Place, thingAt, widthOf } from "../rules/game-map.ts";
import { GROUNDS } from "../rules/tiles.ts";
import { colorOf, RGB } from "./palette.ts";

/** Colors of the grounds and of what is on them, as a map shows them. */
const GROUND_COLORS: Readonly<Record<string, number>> = {
  ".": 6,
  ",": 6,
  "-": 4,
  s: 4,
  "~": 9,
  b: 3,
  m: 7,
  c: 14,
  "#": 0,
  w: 3,
  r: 2,
  W: 13,
};
const THING_COLORS: Readonly<Record<string, number>> = { T: 7, P: 7, B: 7, R: 14, F: 3, L: 4, W: 13, C: 11 };

export interface Dot extends Place {
  readonly color: number;
  readonly size: number;
}

const plans = new WeakMap<GameMap, HTMLCanvasElement>();

/** One pixel for each tile. */
function planOf(map: GameMap): HTMLCanvasElement {
  const known = plans.get(map);
  if (known) return known;
  const canvas = document.createElement("canvas");
  canvas.width = widthOf(map);
  canvas.height = heightOf(map);
  const context = canvas.getContext("2d");
  const image = context?.createImageData(canvas.width, canvas.height);
  if (context && image) {
    const set = (x: number, y: number, color: number) => {
      const [r, g, b] = RGB[color] ?? [0, 0, 0];
      image.data.set([r, g, b, 255], (y * canvas.width + x) * 4);
    };
    for (let y = 0; y < canvas.height; y++) {
      for (let x = 0; x < canvas.width; x++) {
        const ground = groundAt(map, x, y);
        set(x, y, THING_COLORS[thingAt(map, x, y)] ?? GROUND_COLORS[ground] ?? (GROUNDS[ground] ? 6 : 0));
      }
    }
    for (const { x, y, w, h } of map.houses)
      for (let row = 0; row < h; row++)
        for (let at = 0; at < w; at++)
          if (y + row < canvas.height && x + at < canvas.width) set(x + at, y + row, row === h - 1 ? 12 : 2);
    for (const { x, y } of map.exits) if (x < canvas.width && y < canvas.height) set(x, y, 12);
    context.putImageData(image, 0, 0);
  }
  plans.set(map, canvas);
  return canvas;
}

/** Draws the part of the map around a place, two or three pixels for each tile. */
export function drawMinimap(
  context: CanvasRenderingContext2D,
  map: GameMap,
  around: Place,
  scale: number,
  dots: readonly Dot[],
): void {
  const { width, height } = context.canvas;
  const plan = planOf(map);
  const place = (at: number, size: number, seen: number) =>
    size * scale <= seen
      ? (seen - size * scale) / 2
      : Math.min(0, Math.max(seen - size * scale, seen / 2 - at * scale));
  const left = Math.round(place(around.x, plan.width, width));
  const top = Math.round(place(around.y, plan.height, height));
  context.imageSmoothingEnabled = false;
  context.fillStyle = colorOf(0);
  context.fillRect(0, 0, width, height);
  context.drawImage(plan, left, top, plan.width * scale, plan.height * scale);
  for (const { x, y, color, size } of dots) {
    const px = Math.max(2, Math.min(width - 3, Math.round(left + (x + 0.5) * scale)));
    const py = Math.max(2, Math.min(height - 3, Math.round(top + (y + 0.5) * scale)));
    context.fillStyle = colorOf(0);
    context.fillRect(px - size - 1, py - size - 1, size * 2 + 3, size * 2 + 3);
    context.fillStyle = colorOf(color);
    context.fillRect(px - size, py - size, size * 2 + 1, size * 2 + 1);
  }
}
