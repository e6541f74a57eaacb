import { type GameMap, groundAt } from "../rules/game-map.ts";
import { noise } from "../rules/random.ts";
import { Pixels } from "./pixels.ts";

/** Width and height of a tile, in pixels. */
export const TILE = 16;

/** Grounds whose borders are ragged; floors and walls of houses are straight. */
const RAGGED = new Set([".", ",", "-", "s", "~", "m", "c", "#"]);

/** Noise of one size, -1 to 1, without visible cells. */
function smooth(x: number, y: number, size: number, salt: number): number {
  const left = Math.floor(x / size);
  const top = Math.floor(y / size);
  const u = x / size - left;
  const v = y / size - top;
  const mix = (a: number, b: number, t: number) => a + (b - a) * (t * t * (3 - 2 * t));
  const row = (at: number) => mix(noise(left, at, salt), noise(left + 1, at, salt), u);
  return mix(row(top), row(top + 1), v) * 2 - 1;
}

/** Patches of irregular shape, about -1 to 1: two sizes, turned against the grid. */
const patches = (x: number, y: number, size: number, salt: number): number =>
  smooth(x * 0.8 + y * 0.6, y * 0.8 - x * 0.6, size, salt) * 0.65 +
  smooth(x * 0.6 - y * 0.8, y * 0.6 + x * 0.8, size / 2.3, salt + 40) * 0.45;

/**
 * The ground at a pixel of the map. Between tiles of different grounds, the nearest tiles vote by their distance, which rounds the corners, and the
 * place that is looked up lies a few pixels aside, which makes the borders ragged: the grid is never seen.
 */
function lookup(map: GameMap, x: number, y: number, uniform: (x: number, y: number) => boolean): string {
  const tileX = Math.floor(x / TILE);
  const tileY = Math.floor(y / TILE);
  const straight = groundAt(map, tileX, tileY);
  if (!RAGGED.has(straight) || uniform(tileX, tileY)) return straight;
  const px = x + smooth(x, y, 9, 1) * 2.6 + (noise(x, y, 5) - 0.5) * 1.2 - TILE / 2;
  const py = y + smooth(x, y, 9, 2) * 2.6 + (noise(x, y, 6) - 0.5) * 1.2 - TILE / 2;
  const left = Math.floor(px / TILE);
  const top = Math.floor(py / TILE);
  const u = px / TILE - left;
  const v = py / TILE - top;
  const around = [
    groundAt(map, left, top),
    groundAt(map, left + 1, top),
    groundAt(map, left, top + 1),
    groundAt(map, left + 1, top + 1),
  ];
  const weights = [(1 - u) * (1 - v), u * (1 - v), (1 - u) * v, u * v];
  let best = straight;
  let most = 0;
  for (const ground of around) {
    const share = around.reduce((sum, other, at) => sum + (other === ground ? (weights[at] ?? 0) : 0), 0);
    if (share <= most || !RAGGED.has(ground)) continue;
    best = ground;
    most = share;
  }
  return best;
}

type Near = (dx: number, dy: number) => string;

const isWet = (ground: string) => ground === "~" || ground === "b";

function grass(x: number, y: number, lush: number): number {
  const cell = noise(x >> 2, y >> 2, 11);
  const px = x & 3;
  const py = y & 3;
  // A tuft is a small v, here and there.
  if (cell < 0.045 + lush * 0.12 && ((py === 1 && (px === 0 || px === 2)) || (py === 2 && px === 1)))
    return cell < 0.02 ? 5 : lush > 0 ? 5 : 7;
  if (lush > 0 && patches(x, y, 16, 3) > 0.42 && (x + y) % 2 === 0) return 5;
  return patches(x, y, 26, 4) < -0.62 && (x + y * 2) % 4 === 0 ? 7 : 6;
}

function land(ground: string, x: number, y: number, near: Near): number {
  const bank = isWet(near(0, 2)) || isWet(near(0, 1));
  if (ground === "-" || ground === "s") {
    if (bank) return 3;
    const edge = [near(2, 0), near(-2, 0), near(0, 2), near(0, -2)].some((other) => other !== ground && other !== "b");
    if (ground === "-" && edge && noise(x, y, 8) > 0.35) return 3;
    const pebble = noise(x >> 1, y >> 1, 9);
    if (ground === "s") return pebble > 0.985 ? 3 : pebble < 0.02 ? 12 : 4;
    return pebble > 0.985 ? 3 : pebble < 0.006 ? 13 : patches(x, y, 14, 6) > 0.6 && (x + y) % 2 === 0 ? 3 : 4;
  }
  if (bank) return 7;
  if (ground === "m")
    return noise(x >> 1, y >> 1, 12) > 0.93 ? 6 : patches(x, y, 10, 7) > 0.25 && (x + y) % 2 === 0 ? 6 : 7;
  if (near(0, -1) === "-") return 7;
  return grass(x, y, ground === "," ? 1 : 0);
}

function water(x: number, y: number, near: Near): number {
  const shore = (distance: number) =>
    [near(distance, 0), near(-distance, 0), near(0, distance), near(0, -distance)].some((other) => !isWet(other));
  if (!isWet(near(0, -2))) return 8;
  if (!isWet(near(0, -4))) return 7;
  if (shore(1)) return 11;
  if (shore(4)) return (x + y) % 2 === 0 && shore(3) ? 11 : 10;
  return smooth(x * 0.5 + y * 0.2, y * 1.7, 9, 8) + smooth(x, y * 2, 5, 48) * 0.4 > 0.5 ? 10 : 9;
}

function cave(ground: string, x: number, y: number, near: Near): number {
  if (ground === "c") {
    if (near(0, -2) === "#") return 0;
    const crack = noise(x >> 1, y >> 1, 14);
    return crack > 0.985 ? 14 : crack < 0.03 ? 0 : patches(x, y, 15, 9) > 0.3 && (x + y) % 2 === 0 ? 8 : 15;
  }
  // The face of a rock is seen above the floor in front of it.
  for (let down = 1; down <= 14; down++) {
    if (near(0, down) === "#") continue;
    if (down > 12) return 13;
    return noise((x + (down >> 2)) >> 2, down >> 1, 15) > 0.62
      ? 14
      : noise(x >> 1, down >> 2, 16) > 0.75
        ? 0
        : down < 3
          ? 0
          : 15;
  }
  if ([near(2, 0), near(-2, 0), near(0, -2)].some((other) => other !== "#")) return 14;
  return noise(x >> 1, y >> 1, 17) > 0.97 ? 15 : 0;
}

function indoors(ground: string, x: number, y: number, near: Near): number {
  const row = Math.floor(y / 8);
  if (ground === "r") {
    const edge = [near(2, 0), near(-2, 0), near(0, 2), near(0, -2)].some((other) => other !== "r");
    return edge ? 4 : (x + y) % 8 === 0 || (x - y + 800) % 8 === 0 ? 3 : 2;
  }
  if (ground === "w") {
    if (near(0, -3) === "W") return 2;
    if (y % 8 === 7) return 2;
    return (x + (row % 2) * 13) % 26 === 0 ? 2 : noise(x >> 3, y, row) > 0.86 ? 4 : 3;
  }
  if (y % 32 < 6) return y % 32 === 5 ? 2 : 3;
  if (y % 32 > 27) return y % 32 === 28 ? 4 : 3;
  return (x + (Math.floor(y / 6) % 2) * 7) % 14 === 0 && y % 6 > 3 ? 4 : 12;
}

function bridge(x: number, y: number, near: Near): number {
  const rim = near(0, -3) === "~" || near(0, 3) === "~";
  return rim ? 1 : x % 5 === 0 ? 2 : noise(Math.floor(x / 5), y >> 2, 18) > 0.8 ? 4 : 3;
}

/** Whether a tile and all around it have the same ground: most of a map, and quickly drawn. */
function uniformTiles(map: GameMap): (x: number, y: number) => boolean {
  const known = new Map<number, boolean>();
  return (x, y) => {
    const key = y * 1_000 + x;
    let isUniform = known.get(key);
    if (isUniform === undefined) {
      const own = groundAt(map, x, y);
      isUniform = true;
      for (let dy = -1; dy <= 1; dy++)
        for (let dx = -1; dx <= 1; dx++) if (groundAt(map, x + dx, y + dy) !== own) isUniform = false;
      known.set(key, isUniform);
    }
    return isUniform;
  };
}

/** A part of the ground, in pixels of the map. */
export function drawGround(map: GameMap, left: number, top: number, w: number, h: number): Pixels {
  // The face of a rock depends on what is below it.
  const pad = map.light === "dark" ? 16 : 6;
  const wide = w + 2 * pad;
  const grounds: string[] = new Array(wide * (h + 2 * pad));
  const uniform = uniformTiles(map);
  for (let y = 0; y < h + 2 * pad; y++)
    for (let x = 0; x < wide; x++) grounds[y * wide + x] = lookup(map, left + x - pad, top + y - pad, uniform);
  const picture = new Pixels(w, h);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const index = (y + pad) * wide + x + pad;
      const ground = grounds[index] ?? " ";
      picture.set(
        x,
        y,
        colorAt(ground, left + x, top + y, (dx, dy) => grounds[index + dy * wide + dx] ?? " "),
      );
    }
  }
  return picture;
}

function colorAt(ground: string, x: number, y: number, near: Near): number {
  switch (ground) {
    case "~":
      return water(x, y, near);
    case "b":
      return bridge(x, y, near);
    case "c":
    case "#":
      return cave(ground, x, y, near);
    case "w":
    case "r":
    case "W":
      return indoors(ground, x, y, near);
    case " ":
      // The wall around a room.
      return [near(5, 0), near(-5, 0), near(0, 5), near(0, -5), near(4, 4), near(-4, 4)].some((other) => other !== " ")
        ? 1
        : 0;
    default:
      return land(ground, x, y, near);
  }
}
