import { COURT, type Side, sideOf } from "../rules/court.ts";
import type { Effects } from "./effects.ts";
import { MARGIN, type Placement, toCanvas } from "./geometry.ts";
import { CHALK, FONT, QUIET } from "./palette.ts";
import type { PaddleScene, Scene } from "./scene.ts";

type Paint = CanvasRenderingContext2D;

const FIGURE = 96;

/** The score, stencilled on the ground: one figure in each half, upright on every screen. */
export function paintScore(
  paint: Paint,
  { score, teams, paddles }: Scene,
  placement: Placement,
  effects: Effects,
): void {
  paint.setTransform(1, 0, 0, 1, 0, 0);
  paint.textAlign = "center";
  paint.textBaseline = "middle";
  paint.font = `700 ${FIGURE * placement.scale}px ${FONT}`;
  // The colour of the player; that of the paint if two share the score.
  const colorOf = (side: Side) =>
    teams === 2 ? QUIET : (paddles.find(({ seat }) => seat === side)?.livery.color ?? QUIET);
  const colors = [colorOf(0), colorOf(1)] as const;
  for (const side of [0, 1] as const) {
    const [x, y] = toCanvas(placement, COURT.width * (side === 0 ? 0.27 : 0.73), COURT.height / 2);
    const share = effects.figures[side].value;
    paint.save();
    clipStencil(paint, x, y, FIGURE * placement.scale, share);
    paint.fillStyle = colors[side];
    paint.globalAlpha = share < 1 ? 0.2 + 0.8 * (1 - share) : 0.2;
    paint.fillText(String(score[side]), x, y);
    paint.restore();
  }
}

/** Leaves out the bridge of the stencil, and what is not painted yet. */
function clipStencil(paint: Paint, x: number, y: number, size: number, share: number): void {
  const bridge = size * 0.035;
  const width = size * 1.6;
  paint.beginPath();
  paint.rect(x - width / 2, y - size, width * share, size - bridge);
  paint.rect(x - width / 2, y + bridge, width * share, size);
  paint.clip();
}

/** Names outside the court, at the corner of each player's half. */
export function paintNames(paint: Paint, { paddles, teams, goal }: Scene, placement: Placement): void {
  paint.setTransform(1, 0, 0, 1, 0, 0);
  const size = Math.max(6.4 * placement.scale, 11);
  paint.textBaseline = "middle";
  for (const paddle of paddles) paintName(paint, paddle, placement, size, teams === 2);
  // On a high screen there is no room for it beside the court.
  if (goal === 0 || placement.isUpright) return;
  const [x, y] = toCanvas(placement, COURT.width / 2, -MARGIN / 2);
  paint.textAlign = "center";
  paint.fillStyle = QUIET;
  paint.fillText(`FIRST TO ${goal}`, x, y);
}

function paintName(
  paint: Paint,
  { seat, name, note, livery }: PaddleScene,
  placement: Placement,
  size: number,
  isDoubles: boolean,
) {
  const side: Side = sideOf(seat);
  const isLower = isDoubles && seat >= 2;
  const text = note ? `${name} · ${note}` : name;
  paint.font = `600 ${size}px ${FONT}`;
  paint.fillStyle = note ? QUIET : livery.color;
  const label = text.toUpperCase();
  if (placement.isUpright) {
    // Above the far baseline and below the near one; in doubles next to each other.
    const x = isDoubles ? (isLower ? COURT.height - 2 : 2) : COURT.height / 2;
    const [cx, cy] = toCanvas(placement, side === 0 ? -MARGIN / 2 : COURT.width + MARGIN / 2, x);
    paint.textAlign = isDoubles ? (isLower ? "right" : "left") : "center";
    paint.fillText(label, cx, cy, placement.scale * COURT.height * (isDoubles ? 0.48 : 1));
    return;
  }
  const [cx, cy] = toCanvas(
    placement,
    side === 0 ? 3 : COURT.width - 3,
    isLower ? COURT.height + MARGIN / 2 : -MARGIN / 2,
  );
  paint.textAlign = cx < paint.canvas.width / 2 ? "left" : "right";
  paint.fillText(label, cx, cy, placement.scale * COURT.width * 0.48);
}

/** What to do or to know, above the middle of the court. */
export function paintBanner(paint: Paint, text: string, placement: Placement): void {
  const [x, y] = toCanvas(placement, COURT.width / 2, COURT.height / 2);
  const size = Math.max(7.5 * placement.scale, 15);
  paint.setTransform(1, 0, 0, 1, 0, 0);
  paint.font = `600 ${size}px ${FONT}`;
  paint.textAlign = "center";
  paint.textBaseline = "middle";
  const lines = text.split("\n");
  const width = Math.max(...lines.map((line) => paint.measureText(line).width)) + size * 1.6;
  const height = lines.length * size * 1.35 + size * 0.7;
  paint.fillStyle = "#060914d8";
  paint.beginPath();
  paint.roundRect(x - width / 2, y - height / 2, width, height, size * 0.35);
  paint.fill();
  paint.fillStyle = CHALK;
  for (const [index, line] of lines.entries())
    paint.fillText(line, x, y + (index - (lines.length - 1) / 2) * size * 1.35, paint.canvas.width * 0.94);
}
