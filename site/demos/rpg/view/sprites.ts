import { EMOTES, ICONS } from "../art/items.ts";
import { MONSTERS } from "../art/monsters.ts";
import type { Direction } from "../rules/direction.ts";
import type { Worn } from "../rules/hero.ts";
import type { ItemId } from "../rules/items.ts";
import type { Look } from "../rules/look.ts";
import type { MonsterKindId } from "../rules/monster-kinds.ts";
import { drawFigure, type Pose } from "./figure.ts";
import { Pixels } from "./pixels.ts";

export type Sprite = HTMLCanvasElement;

export function toCanvas(pixels: Pixels): Sprite {
  const canvas = document.createElement("canvas");
  canvas.width = pixels.w;
  canvas.height = pixels.h;
  canvas.getContext("2d")?.putImageData(new ImageData(pixels.rgba(), pixels.w, pixels.h), 0, 0);
  return canvas;
}

/** Pictures kept; more than one screen ever shows. Looks come from others, so there must be a limit. */
const MOST = 1_500;
const cache = new Map<string, Sprite>();

/** A picture that is drawn once. The key must name everything it depends on. */
export function sprite(key: string, make: () => Pixels): Sprite {
  const known = cache.get(key);
  if (known) return known;
  if (cache.size >= MOST) cache.clear();
  const made = toCanvas(make());
  cache.set(key, made);
  return made;
}

export type Tint = "plain" | "flash";

export function figureSprite(look: Look, worn: Worn, direction: Direction, pose: Pose, tint: Tint = "plain"): Sprite {
  const clothes = `${worn.hand}.${worn.head}.${worn.body}.${worn.side}`;
  const parts = `${look.skin}.${look.hair}.${look.hairColor}.${look.shirt}.${look.trousers}`;
  return sprite(`figure/${parts}/${clothes}/${direction}/${pose}/${tint}`, () => {
    const picture = drawFigure(look, worn, direction, pose);
    return tint === "flash" ? picture.silhouette(12) : picture;
  });
}

export function monsterSprite(kind: MonsterKindId, frame: number, flip: boolean, tint: Tint): Sprite {
  return sprite(`monster/${kind}/${frame}/${flip}/${tint}`, () => {
    const rows = MONSTERS[kind][frame] ?? MONSTERS[kind][0] ?? [];
    const width = Math.max(...MONSTERS[kind].flat().map((row) => row.length));
    const height = Math.max(...MONSTERS[kind].map((frames) => frames.length));
    const picture = new Pixels(width + 2, height + 2).grid(1, 1 + height - rows.length, rows).outlined();
    const turned = flip ? picture.mirrored() : picture;
    return tint === "flash" ? turned.silhouette(12) : turned;
  });
}

const icon = (rows: readonly string[]): Pixels => {
  const width = Math.max(...rows.map((row) => row.length));
  return new Pixels(width + 2, rows.length + 2).grid(1, 1, rows).outlined();
};

export const itemSprite = (item: ItemId): Sprite => sprite(`item/${item}`, () => icon(ICONS[item]));
export const emoteSprite = (number: number): Sprite =>
  sprite(`emote/${number}`, () => icon(EMOTES[number]?.grid ?? []));
