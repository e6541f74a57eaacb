import { noise } from "../rules/random.ts";
import type { Weather } from "../rules/sky.ts";
import { colorOf } from "./palette.ts";

/** Distance between two drops, leaves or banks of fog: the weather is a pattern that moves, not a list of particles. */
const CELL = 24;

/** Draws the weather over the picture. `left` and `top` are the camera's, so that it stays with the world. */
export function drawWeather(
  context: CanvasRenderingContext2D,
  weather: Weather,
  strength: number,
  now: number,
  left: number,
  top: number,
): void {
  if (weather === "clear" || strength <= 0) return;
  const { width, height } = context.canvas;
  if (weather === "rain") {
    context.fillStyle = colorOf(8);
    context.globalAlpha = 0.16 * strength;
    context.fillRect(0, 0, width, height);
    context.globalAlpha = 0.55 * strength;
    rain(context, now, left, top, width, height);
  } else if (weather === "fog") fog(context, now, left, strength, width, height);
  else leaves(context, now, left, top, width, height, strength);
  context.globalAlpha = 1;
}

function rain(
  context: CanvasRenderingContext2D,
  now: number,
  left: number,
  top: number,
  width: number,
  height: number,
): void {
  context.fillStyle = colorOf(11);
  const fallen = now * 0.34;
  const columns = Math.ceil(width / CELL) + 3;
  const rows = Math.ceil(height / CELL) + 3;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const gridY = Math.floor((top - fallen) / CELL) + row;
      const gridX = Math.floor((left + fallen * 0.3) / CELL) + column;
      const x = gridX * CELL + noise(gridX, gridY, 51) * CELL - left - fallen * 0.3;
      const y = gridY * CELL + noise(gridX, gridY, 52) * CELL - top + fallen;
      context.fillRect(Math.round(x), Math.round(y), 1, 4);
      context.fillRect(Math.round(x) - 1, Math.round(y) + 4, 1, 3);
    }
  }
  // Splashes stay where they fall.
  const beat = Math.floor(now / 120);
  for (let at = 0; at < 24; at++) {
    const x = Math.floor(noise(at, beat, 53) * width);
    const y = Math.floor(noise(beat, at, 54) * height);
    context.fillRect(x - 1, y, 1, 1);
    context.fillRect(x + 1, y, 1, 1);
  }
}

function fog(
  context: CanvasRenderingContext2D,
  now: number,
  left: number,
  strength: number,
  width: number,
  height: number,
): void {
  context.fillStyle = colorOf(13);
  context.globalAlpha = 0.16 * strength;
  context.fillRect(0, 0, width, height);
  context.fillStyle = colorOf(12);
  context.globalAlpha = 0.07 * strength;
  for (let bank = 0; bank < 9; bank++) {
    const wide = 140 + noise(bank, 1, 55) * 180;
    const span = width + wide * 2;
    const x = ((((now * (0.006 + bank * 0.0015) - left * 0.6 + bank * 191) % span) + span) % span) - wide;
    const y = noise(bank, 2, 56) * height;
    // Rows of an ellipse with ragged ends.
    for (let row = -7; row <= 7; row++) {
      const share = Math.sqrt(1 - (row / 8) ** 2) * (0.7 + noise(bank, row, 60) * 0.3);
      context.fillRect(Math.round(x + (wide * (1 - share)) / 2), Math.round(y + row * 4), Math.round(wide * share), 4);
    }
  }
}

function leaves(
  context: CanvasRenderingContext2D,
  now: number,
  left: number,
  top: number,
  width: number,
  height: number,
  strength: number,
): void {
  context.globalAlpha = 0.9 * strength;
  for (let leaf = 0; leaf < 14; leaf++) {
    const speed = 0.04 + noise(leaf, 3, 57) * 0.05;
    const x = (((noise(leaf, 4, 58) * 900 + now * speed - left) % (width + 20)) + width + 20) % (width + 20);
    const y =
      (((noise(leaf, 5, 59) * 700 + now * speed * 0.35 + Math.sin(now / 400 + leaf) * 8 - top) % (height + 20)) +
        height +
        20) %
      (height + 20);
    context.fillStyle = colorOf([5, 3, 4, 6][leaf % 4] ?? 5);
    context.fillRect(Math.round(x) - 10, Math.round(y) - 10, 2, 1 + (Math.floor(now / 160 + leaf) % 2));
  }
}
