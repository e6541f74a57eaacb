import { LEGS, TOOLS, TORSOS } from "../art/bodies.ts";
import { HAIR, HATS, HEADS, type View } from "../art/heads.ts";
import type { Direction } from "../rules/direction.ts";
import type { Worn } from "../rules/hero.ts";
import type { Look } from "../rules/look.ts";
import { Pixels } from "./pixels.ts";

/** Size of a person, with its line. */
export const FIGURE = { w: 20, h: 24 } as const;

/** Light and shade of each choice. */
const SKIN = [
  [4, 3],
  [3, 2],
  [2, 1],
  [1, 0],
] as const;
const HAIR_COLORS = [
  [1, 0],
  [2, 1],
  [3, 2],
  [4, 3],
  [15, 0],
  [13, 14],
  [7, 8],
] as const;
const SHIRTS = [
  [9, 8],
  [2, 1],
  [6, 7],
  [7, 8],
  [12, 13],
  [1, 0],
  [14, 15],
  [10, 9],
] as const;
const TROUSERS = [
  [15, 0],
  [8, 0],
  [1, 0],
  [2, 1],
  [14, 15],
] as const;

/** The view for each direction from north, clockwise; the left half mirrors the right one. */
const VIEWS: readonly View[] = ["back", "backQuarter", "side", "quarter", "front", "quarter", "side", "backQuarter"];

/** 0 stands; 1 and 2 are the frames of a step. */
export type Pose = 0 | 1 | 2;

function materialsOf(look: Look, worn: Worn): Record<string, number> {
  const [skin, skinShade] = SKIN[look.skin] ?? SKIN[0];
  const [hair, hairShade] = HAIR_COLORS[look.hairColor] ?? HAIR_COLORS[0];
  const [shirt, shirtShade] = worn.body === "vest" ? ([3, 2] as const) : (SHIRTS[look.shirt] ?? SHIRTS[0]);
  const [trousers, trousersShade] = TROUSERS[look.trousers] ?? TROUSERS[0];
  return {
    ...{ S: skin, s: skinShade, E: look.skin === 0 ? 3 : skinShade, H: hair, h: hairShade },
    ...{ C: shirt, c: shirtShade, P: trousers, p: trousersShade, B: 0 },
  };
}

/** Hats and tools have colors of their own, which only share letters with materials. */
const plain = (picture: Pixels, x: number, y: number, rows: readonly string[] | undefined) => {
  if (rows) picture.grid(x, y, rows);
};

/** A person seen from one of the eight sides. */
export function drawFigure(look: Look, worn: Worn, direction: Direction, pose: Pose): Pixels {
  const view = VIEWS[direction] ?? "front";
  const isBack = view === "back" || view === "backQuarter";
  const isSide = view === "side";
  const materials = materialsOf(look, worn);
  const picture = new Pixels(FIGURE.w, FIGURE.h);
  const bob = pose === 0 ? 0 : -1;
  const head = { x: 5 + (view === "quarter" ? 1 : 0), y: 5 + bob };
  const body = { x: 5, y: 14 + bob };
  if (isBack) tools(picture, worn, body, isSide);
  picture.grid(5, 18, (isSide ? LEGS.side : LEGS.front)[pose] ?? [], materials);
  picture.grid(body.x, body.y, isSide ? TORSOS.side : isBack ? TORSOS.back : TORSOS.front, materials);
  if (worn.body === "cloak") cloak(picture, body, view);
  picture.grid(head.x, head.y, HEADS[view === "backQuarter" ? "back" : view], materials);
  const hair = HAIR[look.hair] ?? HAIR[0];
  if (hair) picture.grid(head.x - 1, head.y - 1, isBack ? hair.back : isSide ? hair.side : hair.front, materials);
  plain(picture, head.x - 2, head.y - 4, worn.head === undefined ? undefined : HATS[worn.head]);
  if (!isBack) tools(picture, worn, body, isSide);
  const result = picture.outlined();
  return direction > 4 ? result.mirrored() : result;
}

function tools(picture: Pixels, worn: Worn, body: { x: number; y: number }, isSide: boolean): void {
  const { hand, side } = worn;
  if (hand) plain(picture, isSide ? body.x + 5 : body.x + 8, body.y - 4, TOOLS[hand]);
  if (side) plain(picture, isSide ? body.x + 1 : body.x - 3, body.y, TOOLS[side]);
}

function cloak(picture: Pixels, { x, y }: { x: number; y: number }, view: View): void {
  const rows =
    view === "front" || view === "quarter"
      ? ["..222222..", ".22....22.", ".2......2.", ".2......1.", ".2......1.", ".1......1."]
      : view === "side"
        ? ["..2222....", ".2222.....", ".2222.....", ".2221.....", "22221.....", "2211......"]
        : ["..222222..", ".22222222.", ".22222222.", ".22222221.", ".22222211.", ".22122121."];
  picture.grid(x, y, rows);
}
