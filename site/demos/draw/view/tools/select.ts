import type { Thing } from "../../rules/drawing.ts";
import type { Edit } from "../../rules/operation.ts";
import { touches } from "../hit.ts";
import { type Box, boxOf, inkOf, overlap, union } from "../ink.ts";
import { paintThing } from "../paint.ts";
import { ACCENT } from "../palette.ts";
import type { Desk, Gesture, Spot, Start } from "./tool.ts";

/** CSS pixels around a pointer that count as a hit, and the half side of a handle. */
export const REACH = 6;
export const HANDLE = 6;
const MOST = 300;

export const selected = (desk: Desk): Thing[] => [...desk.selection.value].flatMap((id) => desk.find(id) ?? []);

const around = ({ x, y }: Spot, reach: number): Box => ({
  minX: x - reach,
  minY: y - reach,
  maxX: x + reach,
  maxY: y + reach,
});

/** The corner of the selection under the pointer, and the opposite one, which stays. */
function cornerAt(box: Box | undefined, { x, y }: Spot, reach: number) {
  if (!box) return undefined;
  const xs = [box.minX, box.maxX] as const;
  const ys = [box.minY, box.maxY] as const;
  for (const [column, cornerX] of xs.entries())
    for (const [row, cornerY] of ys.entries())
      if (Math.abs(x - cornerX) <= reach && Math.abs(y - cornerY) <= reach)
        return { corner: [cornerX, cornerY] as const, fixed: [xs[1 - column] ?? 0, ys[1 - row] ?? 0] as const };
  return undefined;
}

/** How the selection is changed: moved, then scaled about a point that stays. */
interface Change {
  readonly dx: number;
  readonly dy: number;
  readonly scale: number;
  readonly about: readonly [number, number];
}

function changed(thing: Thing, { dx, dy, scale, about }: Change): Thing {
  const { place, shape } = thing;
  const home = inkOf(shape).box;
  const [left, top] = [home.minX + place.x, home.minY + place.y];
  const x = about[0] + (left - about[0]) * scale + dx - home.minX;
  const y = about[1] + (top - about[1]) * scale + dy - home.minY;
  const wanted = Math.min(100, Math.max(0.01, place.scale * scale));
  return { ...thing, place: { x, y, scale: wanted } };
}

const isChange = ({ dx, dy, scale }: Change): boolean => dx !== 0 || dy !== 0 || scale !== 1;

const editOf = ({ id, place: { x, y, scale } }: Thing): Edit => ({
  id,
  place: [Math.round(x * 16) / 16, Math.round(y * 16) / 16, Math.round(scale * 1e4) / 1e4],
});

/** Moves or scales the selection; it is drawn above everything meanwhile. */
function transform(desk: Desk, toChange: (spot: Spot) => Change): Gesture {
  const things = selected(desk);
  let change: Change = { dx: 0, dy: 0, scale: 1, about: [0, 0] };
  desk.lift(new Set(things.map(({ id }) => id)));
  return {
    move(spots) {
      const last = spots.at(-1);
      if (last) change = toChange(last);
      desk.redraw();
    },
    release() {
      desk.lift(new Set());
      if (isChange(change)) desk.perform({ op: "edit", edits: things.map((one) => editOf(changed(one, change))) });
      desk.redraw();
    },
    cancel() {
      desk.lift(new Set());
    },
    draw(context) {
      for (const one of things) paintThing(context, changed(one, change), desk.light(), desk.images);
    },
  };
}

function move(desk: Desk, from: Spot): Gesture {
  return transform(desk, ({ x, y }) => ({ dx: x - from.x, dy: y - from.y, scale: 1, about: [0, 0] }));
}

function scale(desk: Desk, corner: readonly [number, number], fixed: readonly [number, number]): Gesture {
  const length = Math.max(1e-6, Math.hypot(corner[0] - fixed[0], corner[1] - fixed[1]));
  return transform(desk, ({ x, y }) => {
    // Along the diagonal, so that the corner follows the pointer in both directions.
    const along = ((x - fixed[0]) * (corner[0] - fixed[0]) + (y - fixed[1]) * (corner[1] - fixed[1])) / length;
    return { dx: 0, dy: 0, scale: Math.max(0.05, along / length), about: fixed };
  });
}

/** A rectangle that selects what it touches. */
function marquee(desk: Desk, from: Spot): Gesture {
  let to = from;
  const before = from.isShift ? desk.selection.value : new Set<string>();
  const box = (): Box => ({
    minX: Math.min(from.x, to.x),
    minY: Math.min(from.y, to.y),
    maxX: Math.max(from.x, to.x),
    maxY: Math.max(from.y, to.y),
  });
  const choose = () => {
    const inside = desk.own(box()).filter((thing) => overlap(boxOf(thing), box()));
    desk.selection.value = new Set([...before, ...inside.map(({ id }) => id)].slice(0, MOST));
  };
  return {
    move(spots) {
      to = spots.at(-1) ?? to;
      choose();
      desk.redraw();
    },
    release() {
      desk.redraw();
    },
    cancel() {
      desk.selection.value = before;
    },
    draw(context) {
      const { minX, minY, maxX, maxY } = box();
      context.strokeStyle = ACCENT[desk.light()];
      context.lineWidth = 1 / desk.camera().zoom;
      context.strokeRect(minX, minY, maxX - minX, maxY - minY);
    },
  };
}

/** Selects own objects, moves them, and scales them by their corners. */
export const select: Start = (desk, spot) => {
  const reach = REACH / desk.camera().zoom;
  const box = union(selected(desk).map(boxOf));
  const grip = cornerAt(box, spot, reach + HANDLE / desk.camera().zoom);
  if (grip) return scale(desk, grip.corner, grip.fixed);
  const hit = desk.own(around(spot, reach)).findLast((thing) => touches(thing, spot.x, spot.y, reach));
  if (!hit) {
    if (!spot.isShift) desk.selection.value = new Set();
    return marquee(desk, spot);
  }
  const chosen = desk.selection.value;
  if (spot.isShift) {
    const next = new Set(chosen);
    if (!next.delete(hit.id)) next.add(hit.id);
    desk.selection.value = next;
    return undefined;
  }
  if (!chosen.has(hit.id)) desk.selection.value = new Set([hit.id]);
  desk.redraw();
  return move(desk, spot);
};
