import { NOTE_SIDE } from "../../rules/shapes.ts";
import type { Start } from "./tool.ts";

/** A text begins where the paper is touched. */
export const text: Start = (desk, { x, y }) => ({
  move() {},
  release() {
    const { color, size } = desk.style();
    const step = size === 0 ? 0 : size === 1 ? 1 : 2;
    desk.write({ shape: { kind: "text", x: Math.round(x), y: Math.round(y - 14), color, size: step, text: "" } });
  },
  cancel() {},
});

/** A note lands with its middle where the paper is touched. */
export const note: Start = (desk, { x, y }) => ({
  move() {},
  release() {
    const half = NOTE_SIDE / 2;
    const color = desk.style().noteColor;
    desk.write({ shape: { kind: "note", x: Math.round(x - half), y: Math.round(y - half), color, text: "" } });
  },
  cancel() {},
});
