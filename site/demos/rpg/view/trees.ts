import { noise } from "../rules/random.ts";
import { Pixels } from "./pixels.ts";

/** Leaves lit from the upper left: light, middle, shade and the dark below. */
const leaf = (
  u: number,
  v: number,
  x: number,
  y: number,
  salt: number,
  colors: readonly [number, number, number, number],
) => {
  const light = -u * 0.55 - v * 0.8 + (noise(x, y, salt) - 0.5) * 0.75;
  return light > 0.55 ? colors[0] : light > -0.15 ? colors[1] : light > -0.7 ? colors[2] : colors[3];
};

/** A round tree of a few clumps of leaves; 32 × 42, its foot at the bottom center. */
export function drawOak(variant: number): Pixels {
  const picture = new Pixels(32, 42);
  picture
    .rect(13, 30, 6, 11, 1)
    .rect(14, 30, 2, 11, 2)
    .rect(12, 39, 8, 2, 1)
    .rect(11, 40, 2, 1, 1)
    .rect(19, 40, 2, 1, 1);
  const wobble = (at: number) => (noise(variant, at, 9) - 0.5) * 3;
  const clumps = [
    [9 + wobble(1), 22 + wobble(2), 9, 9],
    [23 + wobble(3), 22 + wobble(4), 9, 9],
    [16 + wobble(5), 26, 11, 8],
    [16 + wobble(6), 12 + wobble(7), 11, 11],
  ] as const;
  for (const [cx, cy, rx, ry] of clumps)
    picture.ellipse(cx, cy, rx, ry, (u, v, x, y) =>
      u * u + v * v > 0.84 && v > -0.2 ? 8 : leaf(u, v, x, y, variant, [5, 6, 7, 7]),
    );
  return picture;
}

/** A pine of three skirts; 28 × 44. */
export function drawPine(variant: number): Pixels {
  const picture = new Pixels(28, 44);
  picture.rect(12, 36, 4, 7, 1).rect(12, 36, 1, 7, 2);
  const skirts = [
    [20, 18, 12],
    [11, 16, 10],
    [2, 15, 8],
  ] as const;
  for (const [top, height, half] of skirts) {
    for (let row = 0; row < height; row++) {
      const ragged = (row % 3 === 2 ? 1 : 0) + (noise(row, top, variant) > 0.6 ? 1 : 0);
      const width = Math.round((row / (height - 1)) * half) + ragged - 1;
      for (let x = -width; x <= width; x++) {
        const light = -x / (half + 1) - row / height + noise(x + 40, row + top, variant) * 0.7;
        picture.set(14 + x, top + row, row > height - 3 ? 8 : light > 0.25 ? 6 : light > -0.75 ? 7 : 8);
      }
    }
  }
  return picture;
}

export function drawBush(variant: number): Pixels {
  const picture = new Pixels(20, 16);
  for (const [cx, cy, r] of [
    [6, 10, 5.5],
    [14, 10, 5.5],
    [10, 7, 6],
  ] as const) {
    picture.ellipse(cx, cy, r, r, (u, v, x, y) =>
      u * u + v * v > 0.8 && v > 0 ? 8 : leaf(u, v, x, y, variant, [5, 6, 7, 7]),
    );
  }
  if (variant % 3 === 0)
    for (const [x, y] of [
      [5, 9],
      [12, 6],
      [14, 11],
      [9, 12],
    ] as const)
      picture.rect(x, y, 2, 2, 2).set(x, y, 3);
  return picture;
}

export function drawRock(variant: number): Pixels {
  const picture = new Pixels(18, 15);
  const stone = (u: number, v: number, x: number, y: number) => {
    const light = -u * 0.6 - v + (noise(x >> 1, y >> 1, variant) - 0.5) * 0.7;
    return v > 0.75 ? 15 : light > 0.55 ? 12 : light > 0 ? 13 : light > -0.6 ? 14 : 15;
  };
  picture.ellipse(9, 8.5, 8, 6, stone);
  if (variant % 2 === 0) picture.ellipse(14, 11, 4, 3.5, stone);
  return picture;
}

export function drawStump(): Pixels {
  const picture = new Pixels(16, 14);
  picture.rect(3, 6, 10, 7, 1).rect(3, 6, 3, 7, 2).rect(2, 12, 2, 1, 1).rect(12, 12, 2, 1, 1);
  picture.ellipse(8, 5.5, 5, 3, (u, v) => (u * u + v * v > 0.7 ? 3 : u * u + v * v > 0.25 ? 4 : 3));
  return picture;
}

/** Grass and flowers grow out of the ground; `frame` sways them. */
export function drawGrass(variant: number, frame: number): Pixels {
  const picture = new Pixels(16, 14);
  for (let blade = 0; blade < 7; blade++) {
    const x = 1 + blade * 2 + Math.round(noise(blade, variant) * 1.5);
    const height = 5 + Math.round(noise(variant, blade, 2) * 5);
    for (let row = 0; row < height; row++) {
      const lean = row > height * 0.6 ? frame : 0;
      picture.set(x + lean, 13 - row, row < 3 ? 7 : row === height - 1 ? 5 : 6);
    }
  }
  return picture;
}

export function drawFlowers(variant: number): Pixels {
  const picture = new Pixels(16, 14);
  const petal = [2, 4, 12, 11, 3][variant % 5] ?? 4;
  for (let at = 0; at < 3; at++) {
    const x = 2 + at * 5 + Math.round(noise(at, variant) * 2);
    const y = 5 + Math.round(noise(variant, at) * 5);
    picture.rect(x, y + 1, 1, 3, 7).set(x + 1, y + 3, 7);
    picture.set(x, y - 1, petal);
    picture.set(x - 1, y, petal);
    picture.set(x + 1, y, petal);
    picture.set(x, y + 1, petal);
    picture.set(x, y, petal === 4 ? 3 : 4);
  }
  return picture;
}
