import { drawSign, PROPS } from "../art/props.ts";
import { type GameMap, heightOf, thingAt, widthOf } from "../rules/game-map.ts";
import { noise } from "../rules/random.ts";
import { THINGS } from "../rules/tiles.ts";
import { drawBeacon, drawCave, drawHouse, drawMill } from "./buildings.ts";
import type { Pixels } from "./pixels.ts";
import { type Sprite, sprite } from "./sprites.ts";
import { TILE } from "./terrain.ts";
import { drawBush, drawFlowers, drawGrass, drawOak, drawPine, drawRock, drawStump } from "./trees.ts";

/** Things on a map that never move: drawn between the figures, by where its foot is. */
export interface Piece {
  /** Middle of the foot, in pixels of the map. */
  readonly x: number;
  readonly foot: number;
  /** Half of the largest width and the height, to find out whether it is on the screen. */
  readonly half: number;
  readonly tall: number;
  /** Lies flat: figures are always drawn over it. */
  readonly flat?: boolean;
  readonly light?: { readonly radius: number; readonly up: number };
  sprite(time: SceneryTime): Sprite;
}

export interface SceneryTime {
  readonly isNight: boolean;
  /** Counts 6 per second; holds still with reduced motion. */
  readonly frame: number;
  readonly isBeaconLit: boolean;
  /** Somebody brushes through the grass. */
  isTouched(x: number, foot: number): boolean;
}

type Draw = (variant: number) => Pixels;
const GROWN: Readonly<Record<string, { readonly draw: Draw; readonly variants: number; readonly drop: number }>> = {
  T: { draw: drawOak, variants: 6, drop: 2 },
  P: { draw: drawPine, variants: 6, drop: 2 },
  B: { draw: drawBush, variants: 6, drop: 1 },
  R: { draw: drawRock, variants: 6, drop: 1 },
  S: { draw: drawStump, variants: 1, drop: 1 },
  f: { draw: drawFlowers, variants: 10, drop: 0 },
};
/** Letters whose pictures move. */
const LIVELY = "h";

/** All pieces of a map, from top to bottom. */
export function sceneryOf(map: GameMap): Piece[] {
  const pieces: Piece[] = [];
  for (let y = 0; y < heightOf(map); y++) {
    for (let x = 0; x < widthOf(map); x++) {
      const piece = pieceAt(thingAt(map, x, y), x, y);
      if (piece) pieces.push(piece);
    }
  }
  for (const { x, y } of map.signs) pieces.push(fixed(x * TILE + 8, y * TILE + 15, "sign", drawSign));
  for (const house of map.houses) pieces.push(houseAt(house));
  return pieces.sort((a, b) => a.foot - b.foot);
}

function fixed(x: number, foot: number, key: string, make: () => Pixels): Piece {
  return { x, foot, half: 24, tall: 48, sprite: () => sprite(key, make) };
}

function pieceAt(letter: string, x: number, y: number): Piece | undefined {
  const px = x * TILE + 8;
  const foot = y * TILE + 15;
  const grown = GROWN[letter];
  if (grown) {
    const variant = Math.floor(noise(x, y, 31) * grown.variants);
    // A few pixels aside, so that a wood does not look planted.
    const dx = letter === "f" ? 0 : Math.round((noise(x, y, 32) - 0.5) * 5);
    const dy = letter === "f" ? 0 : Math.round((noise(x, y, 33) - 0.5) * 3);
    return {
      ...fixed(px + dx, foot + grown.drop + dy, `${letter}/${variant}`, () => grown.draw(variant)),
      flat: letter === "f",
    };
  }
  if (letter === "t") {
    const variant = Math.floor(noise(x, y, 34) * 8);
    return {
      ...{ x: px, foot, half: 10, tall: 16 },
      sprite: ({ frame, isTouched }) => {
        const sway = isTouched(px, foot) ? 1 : (frame >> 3) % 5 === variant % 5 ? 1 : 0;
        return sprite(`grass/${variant}/${sway}`, () => drawGrass(variant, sway));
      },
    };
  }
  const prop = PROPS[letter];
  if (!prop) return undefined;
  const light = THINGS[letter]?.light;
  return {
    ...{ x: px, foot, half: 16, tall: 34, flat: letter === "c" },
    ...(light !== undefined && { light: { radius: light * TILE, up: letter === "L" ? 24 : 8 } }),
    sprite: ({ frame }) => {
      const now = LIVELY.includes(letter) ? frame & 1 : 0;
      return sprite(`prop/${letter}/${now}`, () => prop(now));
    },
  };
}

function houseAt({ x, y, w, h, roof, kind }: GameMap["houses"][number]): Piece {
  const place = { x: x * TILE + w * 8, foot: (y + h) * TILE - 1, half: w * 8 + 24, tall: h * TILE + 48 };
  switch (kind) {
    case "house":
      return {
        ...place,
        light: { radius: 3 * TILE, up: 16 },
        sprite: ({ isNight }) => sprite(`house/${w}/${h}/${roof}/${isNight}`, () => drawHouse(w, h, roof, isNight)),
      };
    case "mill":
      return {
        ...place,
        sprite: ({ frame }) => sprite(`mill/${w}/${h}/${(frame >> 1) & 3}`, () => drawMill(w, h, (frame >> 1) & 3)),
      };
    case "cave":
      return {
        ...place,
        light: { radius: 3 * TILE, up: 12 },
        sprite: () => sprite(`cave/${w}/${h}`, () => drawCave(w, h)),
      };
    case "beacon":
      return {
        ...place,
        sprite: ({ isBeaconLit, frame }) =>
          sprite(`beacon/${isBeaconLit}/${frame & 1}`, () => drawBeacon(isBeaconLit, frame & 1)),
      };
  }
}
