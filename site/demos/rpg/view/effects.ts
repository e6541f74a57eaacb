import type { Marks } from "../net/actors.ts";
import type { Direction } from "../rules/direction.ts";
import { noise } from "../rules/random.ts";
import { colorOf } from "./palette.ts";
import type { Scene } from "./scene.ts";

const KNOCK = 140;

/** Left and top of the picture on the map. */
export interface Window {
  readonly left: number;
  readonly top: number;
}

export function drawShadow(context: CanvasRenderingContext2D, x: number, y: number, half: number): void {
  context.globalAlpha = 0.28;
  context.fillStyle = colorOf(0);
  context.fillRect(Math.round(x - half), Math.round(y), half * 2, 3);
  context.fillRect(Math.round(x - half + 2), Math.round(y) - 1, half * 2 - 4, 5);
  context.globalAlpha = 1;
}

/** A crescent in front of the one who strikes. */
export function drawSwing(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  direction: Direction,
  share: number,
): void {
  const middle = (direction * Math.PI) / 4 - Math.PI / 2;
  for (let at = 0; at < 9; at++) {
    const angle = middle - 0.9 + share * 0.9 + (at / 9) * 0.9;
    context.fillStyle = colorOf(at > 5 ? 12 : at > 2 ? 11 : 13);
    const radius = 13;
    context.fillRect(Math.round(x + Math.cos(angle) * radius), Math.round(y + Math.sin(angle) * radius), 2, 2);
    if (at > 3)
      context.fillRect(
        Math.round(x + Math.cos(angle) * (radius - 2)),
        Math.round(y + Math.sin(angle) * (radius - 2)),
        2,
        2,
      );
  }
}

/** What is left of a monster: a cloud that bursts. */
export function drawPuff(context: CanvasRenderingContext2D, x: number, y: number, share: number): undefined {
  if (share >= 1) return;
  for (let at = 0; at < 10; at++) {
    const angle = (at / 10) * Math.PI * 2 + noise(at, 1, 64);
    const radius = 3 + share * (9 + noise(at, 2, 64) * 8);
    const size = Math.max(1, Math.round((1 - share) * 5));
    context.fillStyle = colorOf(at % 3 === 0 ? 12 : 13);
    context.fillRect(
      Math.round(x + Math.cos(angle) * radius),
      Math.round(y + Math.sin(angle) * radius * 0.7),
      size,
      size,
    );
  }
}

export function drawBar(context: CanvasRenderingContext2D, x: number, y: number, share: number, color: number): void {
  context.fillStyle = colorOf(0);
  context.fillRect(x - 9, y - 1, 18, 4);
  context.fillStyle = colorOf(15);
  context.fillRect(x - 8, y, 16, 2);
  context.fillStyle = colorOf(color);
  context.fillRect(x - 8, y, Math.max(1, Math.round(16 * share)), 2);
}

/** A small arrow over what the action key concerns. */
export function drawPointer(
  context: CanvasRenderingContext2D,
  { x, y }: { readonly x: number; readonly y: number },
  { now, isStill }: Scene,
  { left, top }: Window,
): void {
  const px = Math.round(x * 16 + 8) - left;
  const py = Math.round(y * 16 - 14) - top + (isStill ? 0 : Math.floor(now / 260) % 2);
  const rows = [7, 5, 3, 1];
  context.fillStyle = colorOf(0);
  rows.forEach((w, row) => {
    context.fillRect(px - (w + 2) / 2, py + row - 1, w + 2, 3);
  });
  context.fillStyle = colorOf(4);
  rows.forEach((w, row) => {
    context.fillRect(px - w / 2, py + row, w, 1);
  });
}

const EDGE = 14;

/** An exclamation mark over the place where the quest goes on; at the edge of the picture if that is further away. */
export function drawGoal(
  context: CanvasRenderingContext2D,
  { x, y }: { readonly x: number; readonly y: number },
  { now, isStill }: Scene,
  { left, top }: Window,
): void {
  const { width, height } = context.canvas;
  const bob = isStill ? 0 : Math.floor(now / 300) % 2;
  const wanted = { x: x * 16 + 8 - left, y: y * 16 - 24 - top };
  const px = Math.round(Math.max(EDGE, Math.min(width - EDGE, wanted.x)));
  const py = Math.round(Math.max(EDGE + 26, Math.min(height - EDGE - 26, wanted.y))) + bob;
  const isAside = px !== Math.round(wanted.x) || Math.abs(py - bob - wanted.y) > 1;
  context.fillStyle = colorOf(0);
  context.fillRect(px - 3, py - 1, 7, 9);
  context.fillRect(px - 2, py + 7, 5, 6);
  context.fillStyle = colorOf(4);
  context.fillRect(px - 2, py, 5, 3);
  context.fillRect(px - 1, py + 3, 3, 4);
  context.fillRect(px - 1, py + 9, 3, 3);
  context.fillStyle = colorOf(12);
  context.fillRect(px - 1, py, 1, 5);
  if (!isAside) return;
  // An arrow beside it points there.
  const angle = Math.atan2(wanted.y - py, wanted.x - px);
  for (let at = 0; at < 4; at++) {
    const half = 4 - at;
    for (let across = -half; across <= half; across++) {
      const ax = px + Math.cos(angle) * (9 + at) - Math.sin(angle) * across;
      const ay = py + 5 + Math.sin(angle) * (9 + at) + Math.cos(angle) * across;
      context.fillRect(Math.round(ax), Math.round(ay), 1, 1);
    }
  }
}

/** How far a blow pushes a figure aside, in pixels. */
export function knock(
  { hitAt, hitFrom }: Marks,
  at: { readonly x: number; readonly y: number },
  now: number,
): { x: number; y: number } {
  const share = 1 - (now - hitAt) / KNOCK;
  if (share <= 0 || share > 1 || !hitFrom) return { x: 0, y: 0 };
  const dx = at.x - hitFrom.x;
  const dy = at.y - hitFrom.y;
  const length = Math.hypot(dx, dy) || 1;
  return { x: (dx / length) * 4 * share, y: (dy / length) * 4 * share };
}
