import { noise } from "../rules/random.ts";
import { Pixels } from "./pixels.ts";

/** Light and shade of each roof, by its color in the map. */
const ROOFS: Readonly<Record<number, readonly [number, number, number]>> = {
  1: [2, 1, 0],
  2: [3, 2, 1],
  3: [4, 3, 2],
  6: [5, 6, 7],
  9: [10, 9, 8],
};

/** A house with shingles, timber and windows; its door is in the middle of the lowest row. */
export function drawHouse(w: number, h: number, roof: number, isLit: boolean): Pixels {
  const [light, middle, dark] = ROOFS[roof] ?? [3, 2, 1];
  const width = w * 16;
  const height = h * 16 + 8;
  const picture = new Pixels(width, height);
  const wallTop = height - 34;
  picture.rect(4, wallTop, width - 8, 34, 12).rect(4, wallTop, width - 8, 4, 13);
  for (const x of [4, width - 8, Math.floor(width / 3) - 2, Math.floor((width * 2) / 3)])
    picture.rect(x, wallTop, 3, 34, 3).rect(x + 2, wallTop, 1, 34, 2);
  picture.rect(4, height - 5, width - 8, 5, 14).rect(4, height - 5, width - 8, 1, 13);
  for (let x = 6; x < width - 10; x += 7) picture.rect(x, height - 4, 5, 2, 13);
  for (let y = 1; y < wallTop + 4; y++) {
    const inset = Math.max(1, Math.floor((8 - y) / 2));
    for (let x = inset; x < width - inset; x++) {
      const row = Math.floor(y / 5);
      const at = (x + (row % 2) * 4) % 8;
      const edge = y % 5 === 4 || at === 7;
      picture.set(
        x,
        y,
        edge
          ? dark
          : y % 5 === 0
            ? light
            : noise(Math.floor((x + (row % 2) * 4) / 8), row, roof) > 0.75
              ? light
              : middle,
      );
    }
  }
  picture.rect(1, wallTop + 2, width - 2, 2, dark).rect(4, 1, width - 8, 2, light);
  const door = Math.floor(w / 2) * 16;
  picture
    .rect(door + 1, height - 24, 14, 24, 2)
    .rect(door + 3, height - 22, 10, 22, 1)
    .rect(door + 3, height - 22, 10, 1, 3)
    .rect(door + 7, height - 21, 1, 21, 0)
    .rect(door + 10, height - 12, 2, 2, 4);
  for (let x = 9; x < width - 16; x += 16) {
    if (x + 12 > door - 2 && x < door + 18) continue;
    picture
      .rect(x, height - 25, 12, 13, 3)
      .rect(x + 1, height - 24, 10, 11, isLit ? 4 : 9)
      .rect(x + 1, height - 24, 4, 4, isLit ? 12 : 11)
      .rect(x + 6, height - 24, 1, 11, 3)
      .rect(x + 1, height - 19, 10, 1, 3)
      .rect(x - 1, height - 12, 14, 2, 2);
  }
  picture
    .rect(width - 16, 0, 8, 12, 14)
    .rect(width - 16, 0, 8, 2, 13)
    .rect(width - 9, 2, 1, 10, 15);
  return picture.outlined();
}

/** The mill; its sails turn with `frame`, 0 to 3. */
export function drawMill(w: number, h: number, frame: number): Pixels {
  const width = w * 16;
  const height = h * 16 + 28;
  const picture = new Pixels(width, height);
  const center = width / 2;
  for (let y = 24; y < height; y++) {
    const half = 15 + Math.floor(((y - 24) / (height - 24)) * 12);
    for (let x = -half; x < half; x++) {
      const isJoint = (y % 8 === 0 || (x + (Math.floor(y / 8) % 2) * 6 + 60) % 12 === 0) && noise(x >> 2, y >> 2) > 0.3;
      picture.set(center + x, y, isJoint ? 14 : x > half * 0.5 ? 13 : 12);
    }
  }
  for (let y = 6; y < 30; y++) {
    const half = Math.floor((y - 4) * 0.75);
    for (let x = -half; x < half; x++) picture.set(center + x, y, y % 4 === 3 ? 1 : x < -half * 0.2 ? 3 : 2);
  }
  picture
    .rect(center - 7, height - 24, 14, 24, 2)
    .rect(center - 5, height - 22, 10, 22, 1)
    .rect(center - 5, 46, 9, 9, 3)
    .rect(center - 4, 47, 7, 7, 8);
  const angle = (frame / 4) * (Math.PI / 2) + 0.3;
  for (let blade = 0; blade < 4; blade++) {
    const a = angle + (blade * Math.PI) / 2;
    for (let r = 3; r < 29; r++) {
      const x = Math.round(center + Math.cos(a) * r);
      const y = Math.round(32 + Math.sin(a) * r);
      picture.rect(x, y, 2, 2, 3);
      if (r > 8)
        for (let side = 1; side < 6; side++)
          picture.set(Math.round(x - Math.sin(a) * side), Math.round(y + Math.cos(a) * side), r % 5 === 0 ? 13 : 12);
    }
  }
  picture.rect(center - 2, 30, 5, 5, 1);
  return picture.outlined();
}

/** The mouth of a cave in a hill. */
export function drawCave(w: number, h: number): Pixels {
  const width = w * 16;
  const height = h * 16 + 10;
  const picture = new Pixels(width, height);
  picture.ellipse(width / 2, height, width / 2, height - 2, (u, v, x, y) => {
    const light = -u * 0.6 - v * 0.5 + (noise(x >> 2, y >> 2, 5) - 0.5) * 0.8;
    return v < -0.86 + noise(x >> 1, 3) * 0.1 ? 6 : light > 0.6 ? 13 : light > 0.1 ? 14 : 15;
  });
  const middle = Math.floor(w / 2) * 16 + 8;
  picture.ellipse(middle, height, 12, 24, (u, v) => (u * u + v * v > 0.72 ? 15 : 0));
  for (const [x, y] of [
    [middle - 14, height - 22],
    [middle + 12, height - 20],
  ] as const)
    picture
      .rect(x, y, 2, 12, 3)
      .rect(x - 1, y - 3, 4, 4, 4)
      .rect(x, y - 5, 2, 3, 3);
  return picture.outlined();
}

/** The beacon; once lit, it burns in two frames. */
export function drawBeacon(isLit: boolean, frame: number): Pixels {
  const picture = new Pixels(40, 76);
  const stone = (x: number, y: number, w: number, h: number) => {
    for (let row = 0; row < h; row++)
      for (let at = 0; at < w; at++) {
        const joint = (y + row) % 6 === 0 || (at + (Math.floor((y + row) / 6) % 2) * 4) % 8 === 0;
        picture.set(x + at, y + row, joint ? 15 : at < w * 0.3 ? 13 : at > w * 0.8 ? 15 : 14);
      }
  };
  stone(10, 34, 20, 36);
  stone(6, 66, 28, 8);
  stone(7, 28, 26, 6);
  picture.rect(5, 24, 30, 5, 15).rect(5, 24, 30, 1, 13).rect(8, 22, 24, 2, 0);
  if (isLit) {
    const tip = frame === 0 ? 0 : 2;
    picture.ellipse(20, 16, 10, 10, (u, v) => (u * u + v * v < 0.2 ? 12 : u * u + v * v < 0.55 ? 4 : 3));
    picture
      .ellipse(17 + tip, 8, 4, 7, (u, v) => (u * u + v * v < 0.4 ? 4 : 3))
      .ellipse(24 - tip, 6 + tip, 3, 5, () => 3);
    picture
      .rect(12, 4 + tip, 1, 2, 4)
      .rect(28, 2 + tip, 1, 2, 3)
      .rect(20, tip, 2, 2, 3);
  }
  return picture.outlined();
}
