import type { Figure } from "../rules/shapes.ts";

/** Numbers from -1 to 1 that are the same on all peers, because they depend on the figure alone. */
function wobbleOf({ x1, y1, x2, y2 }: Figure): () => number {
  let seed = Math.abs(Math.round(x1 * 7 + y1 * 13 + x2 * 17 + y2 * 29)) + 1;
  return () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return (seed / 2_147_483_647) * 2 - 1;
  };
}

const point = (x: number, y: number): string => `${x.toFixed(2)} ${y.toFixed(2)}`;

/** A line as a hand draws it: slightly bowed. */
function bowed(x1: number, y1: number, x2: number, y2: number, bow: number): string {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const middle = point((x1 + x2) / 2 - dy * bow, (y1 + y2) / 2 + dx * bow);
  return `M${point(x1, y1)}Q${middle} ${point(x2, y2)}`;
}

function rectangle({ x1, y1, x2, y2, width }: Figure, wobble: () => number): string {
  const over = Math.min(4, width / 2);
  const corner = () => over * wobble();
  const sides = [
    [x1, y1, x2, y1],
    [x2, y1, x2, y2],
    [x2, y2, x1, y2],
    [x1, y2, x1, y1],
  ] as const;
  return sides
    .map(([fromX, fromY, toX, toY]) =>
      bowed(fromX + corner(), fromY + corner(), toX + corner(), toY + corner(), wobble() * 0.008),
    )
    .join("");
}

function ellipse({ x1, y1, x2, y2 }: Figure, wobble: () => number): string {
  const [cx, cy] = [(x1 + x2) / 2, (y1 + y2) / 2];
  const [rx, ry] = [Math.abs(x2 - x1) / 2, Math.abs(y2 - y1) / 2];
  const start = wobble();
  const steps = 12;
  // A little more than once around, so that the ends overlap as they do by hand.
  const points = Array.from({ length: steps + 2 }, (_, at) => {
    const angle = start + (at / steps) * 2 * Math.PI;
    const off = 1 + wobble() * 0.012;
    return [cx + Math.cos(angle) * rx * off, cy + Math.sin(angle) * ry * off] as const;
  });
  const middles = points.slice(1).map(([x, y], at) => {
    const [lastX, lastY] = points[at] ?? [x, y];
    return [(x + lastX) / 2, (y + lastY) / 2] as const;
  });
  const [first = [cx, cy]] = middles;
  const rest = middles.slice(1).map(([x, y], at) => {
    const [controlX, controlY] = points[at + 1] ?? [x, y];
    return `Q${point(controlX, controlY)} ${point(x, y)}`;
  });
  return `M${point(first[0] ?? cx, first[1] ?? cy)}${rest.join("")}`;
}

function arrow({ x1, y1, x2, y2, width }: Figure, wobble: () => number): string {
  const length = Math.hypot(x2 - x1, y2 - y1);
  const head = Math.min(length / 2, 10 + width * 2.5);
  const angle = Math.atan2(y2 - y1, x2 - x1);
  const side = (turn: number) =>
    `M${point(x2 - head * Math.cos(angle + turn), y2 - head * Math.sin(angle + turn))}L${point(x2, y2)}`;
  return bowed(x1, y1, x2, y2, wobble() * 0.012) + side(0.5) + side(-0.5);
}

/** The lines of a figure, as the `d` of an SVG path, to be stroked. */
export function figureLines(figure: Figure): string {
  const wobble = wobbleOf(figure);
  const { kind, x1, y1, x2, y2 } = figure;
  if (kind === "rectangle") return rectangle(figure, wobble);
  if (kind === "ellipse") return ellipse(figure, wobble);
  return kind === "arrow" ? arrow(figure, wobble) : bowed(x1, y1, x2, y2, wobble() * 0.012);
}
