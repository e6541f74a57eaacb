import type { Thing } from "../../rules/drawing.ts";
import { touches } from "../hit.ts";
import { paintThing } from "../paint.ts";
import type { Desk, Spot, Start } from "./tool.ts";

/** CSS pixels around the pointer. */
const REACH = 8;

/** Removes own objects that the pointer touches. They fade until it is released. */
export const eraser: Start = (desk, first) => {
  const touched = new Map<string, Thing>();
  const erase = (desk_: Desk, { x, y }: Spot) => {
    const reach = REACH / desk_.camera().zoom;
    for (const thing of desk_.own({ minX: x - reach, minY: y - reach, maxX: x + reach, maxY: y + reach }))
      if (!touched.has(thing.id) && touches(thing, x, y, reach)) touched.set(thing.id, thing);
  };
  const show = () => {
    desk.lift(new Set(touched.keys()));
    desk.redraw();
  };
  let last = first;
  erase(desk, first);
  show();
  return {
    move(spots) {
      const before = touched.size;
      for (const spot of spots) {
        // A fast hand must not jump over thin lines.
        const steps = Math.ceil((Math.hypot(spot.x - last.x, spot.y - last.y) * desk.camera().zoom) / REACH);
        for (let step = 1; step <= steps; step++) {
          const share = step / steps;
          erase(desk, { ...spot, x: last.x + (spot.x - last.x) * share, y: last.y + (spot.y - last.y) * share });
        }
        last = spot;
      }
      if (touched.size !== before) show();
    },
    release() {
      desk.lift(new Set());
      const ids = [...touched.keys()].filter((id) => desk.find(id));
      for (let at = 0; at < ids.length; at += 300) desk.perform({ op: "remove", ids: ids.slice(at, at + 300) });
    },
    cancel() {
      desk.lift(new Set());
    },
    draw(context) {
      context.globalAlpha = 0.2;
      for (const thing of touched.values()) paintThing(context, thing, desk.light(), desk.images);
      context.globalAlpha = 1;
    },
  };
};
