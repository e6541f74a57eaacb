import { packPoints } from "../../rules/points.ts";
import { highlighterOutline, penOutline } from "../outline.ts";
import { penColor } from "../palette.ts";
import { WIDTHS } from "../style.ts";
import { PenPoints } from "./pen-points.ts";
import type { Desk, Gesture, Start } from "./tool.ts";

/** A highlighter is wider than a pen of the same size. */
const BROAD = 3;
const round = (value: number): number => Math.round(value * 100) / 100;

/** Width on the paper of what is drawn now. */
export const widthOf = (desk: Pick<Desk, "style" | "camera">, kind: "pen" | "highlighter"): number =>
  round(((WIDTHS[desk.style().size] ?? 6) * (kind === "pen" ? 1 : BROAD)) / desk.camera().zoom);

/** Pen and highlighter. */
const drawing =
  (kind: "pen" | "highlighter"): Start =>
  (desk, first) => {
    const { color } = desk.style();
    const width = widthOf(desk, kind);
    const { zoom } = desk.camera();
    const pen = new PenPoints(zoom, first.hasPressure);
    let isFinished = false;
    const finish = () => {
      if (isFinished) return;
      isFinished = true;
      const points = packPoints(pen.finished());
      desk.perform({ op: "add", shape: { kind, color, width, points } });
    };
    const gesture: Gesture = {
      move(spots) {
        if (isFinished) return;
        for (const { x, y, pressure } of spots) pen.add(x, y, pressure);
        desk.live({ kind, color, width, points: pen.points });
        if (pen.isFull) finish();
        desk.redraw();
      },
      release: finish,
      cancel() {
        isFinished = true;
      },
      draw(context) {
        if (isFinished) return;
        const outline = kind === "pen" ? penOutline : highlighterOutline;
        context.globalAlpha = kind === "pen" ? 1 : 0.38;
        context.fillStyle = penColor(color, desk.light());
        context.fill(new Path2D(outline(pen.points, width)));
        context.globalAlpha = 1;
      },
    };
    gesture.move([first]);
    return gesture;
  };

export const pen = drawing("pen");
export const highlighter = drawing("highlighter");
