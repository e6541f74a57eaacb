import { AT_HOME } from "../../rules/drawing.ts";
import type { Figure } from "../../rules/shapes.ts";
import { paintThing } from "../paint.ts";
import { widthOf } from "./draw.ts";
import type { Spot, Start } from "./tool.ts";

/** With Shift: a square, a circle, or a line at a multiple of 45°. */
function constrained(kind: Figure["kind"], from: Spot, { x, y, isShift }: Spot): readonly [number, number] {
  if (!isShift) return [x, y];
  const [dx, dy] = [x - from.x, y - from.y];
  if (kind === "rectangle" || kind === "ellipse") {
    const side = Math.max(Math.abs(dx), Math.abs(dy));
    return [from.x + Math.sign(dx) * side, from.y + Math.sign(dy) * side];
  }
  const angle = Math.round(Math.atan2(dy, dx) / (Math.PI / 4)) * (Math.PI / 4);
  const length = Math.hypot(dx, dy);
  return [from.x + Math.cos(angle) * length, from.y + Math.sin(angle) * length];
}

const fixed = (value: number): number => Math.round(value * 16) / 16;

/** Rectangle, ellipse, line and arrow: drawn from corner to corner. */
export const figure =
  (kind: Figure["kind"]): Start =>
  (desk, from) => {
    let to: readonly [number, number] = [from.x, from.y];
    const { color } = desk.style();
    const width = widthOf(desk, "pen");
    const shape = (): Figure => ({
      kind,
      color,
      width,
      x1: fixed(from.x),
      y1: fixed(from.y),
      x2: fixed(to[0]),
      y2: fixed(to[1]),
    });
    return {
      move(spots) {
        const last = spots.at(-1);
        if (last) to = constrained(kind, from, last);
        desk.redraw();
      },
      release() {
        if (Math.hypot(to[0] - from.x, to[1] - from.y) * desk.camera().zoom > 3)
          desk.perform({ op: "add", shape: shape() });
      },
      cancel() {},
      draw(context) {
        paintThing(context, { shape: shape(), place: AT_HOME }, desk.light(), () => undefined);
      },
    };
  };
