import { BORDERS, continentOf, TERRITORIES } from "../rules/world.ts";
import { around, cellAt, landCells, SEA, touching } from "./cells.ts";

/** Outlines of the territories as SVG paths: the edges of their hexagons, smoothed. Both sides of a border share its points. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Half the width of a hexagon, and a quarter of its height. */
const X = 5;
const Y = 5 / Math.sqrt(3);
/** How often corners move towards their neighbours. */
const SMOOTHING = 3;

/** Corners of a hexagon, clockwise from the top, in units of X and Y from its centre. */
const CORNERS = [
  [0, -2],
  [1, -1],
  [1, 1],
  [0, 2],
  [-1, 1],
  [-1, -1],
] as const;

interface Corner {
  x: number;
  y: number;
  readonly next: Set<string>;
}

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly inside: number;
  readonly outside: number;
}

/** Every edge between two territories, once from each side, and every edge of the coast. */
function edgesOf(corners: Map<string, Corner>): Edge[] {
  const edges: Edge[] = [];
  for (const { row, column, territory } of landCells()) {
    const corner = (index: number): string => {
      const [dx, dy] = CORNERS[index % 6] ?? [0, 0];
      const x = 2 * column + (row % 2) + dx;
      const y = 3 * row + dy;
      const key = `${x} ${y}`;
      if (!corners.has(key)) corners.set(key, { x: x * X, y: y * Y, next: new Set() });
      return key;
    };
    for (const [side, [r, c]] of around(row, column).entries()) {
      const outside = cellAt(r, c);
      if (outside === territory) continue;
      const [from, to] = [corner(side + 1), corner(side + 2)];
      edges.push({ from, to, inside: territory, outside });
      corners.get(from)?.next.add(to);
      corners.get(to)?.next.add(from);
    }
  }
  return edges;
}

function smooth(corners: Map<string, Corner>): void {
  for (let pass = 0; pass < SMOOTHING; pass++) {
    const moved = [...corners.values()].map((corner) => {
      const others = [...corner.next].map((key) => corners.get(key) ?? corner);
      const mean = (axis: "x" | "y") => others.reduce((sum, other) => sum + other[axis], 0) / others.length;
      return { corner, x: (corner.x + mean("x")) / 2, y: (corner.y + mean("y")) / 2 };
    });
    for (const { corner, x, y } of moved) Object.assign(corner, { x, y });
  }
}

const corners = new Map<string, Corner>();
const edges = edgesOf(corners);
smooth(corners);

const text = (key: string): string => {
  const { x = 0, y = 0 } = corners.get(key) ?? {};
  return `${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10}`;
};

/** Follows the edges around a territory, once for each of its islands and lakes. */
function pathOf(territory: number): string {
  const next = new Map(edges.filter(({ inside }) => inside === territory).map(({ from, to }) => [from, to]));
  let path = "";
  for (let start = next.keys().next().value; start !== undefined; start = next.keys().next().value) {
    let at: string | undefined = start;
    const points: string[] = [];
    while (at !== undefined) {
      points.push(text(at));
      const to: string | undefined = next.get(at);
      next.delete(at);
      at = to === start ? undefined : to;
    }
    path += `M${points.join("L")}Z`;
  }
  return path;
}

/** By territory. */
export const OUTLINES: readonly string[] = TERRITORIES.map((_, territory) => pathOf(territory));

const segments = (keep: (edge: Edge) => boolean): string =>
  edges
    .filter((edge) => (edge.outside === SEA || edge.inside < edge.outside) && keep(edge))
    .map(({ from, to }) => `M${text(from)}L${text(to)}`)
    .join("");

/** The coast, and borders between continents. */
export const CONTINENT_LINES = segments(
  ({ inside, outside }) => outside !== SEA && continentOf(inside) !== continentOf(outside),
);
export const COAST = segments(({ outside }) => outside === SEA);

/** The cell that is farthest from the edge of its territory: there is room for a badge. */
function centreOf(territory: number): Point {
  const cells = [...landCells()].filter((cell) => cell.territory === territory);
  const inner = new Map<string, number>();
  let ring = cells.filter(({ row, column }) => around(row, column).some(([r, c]) => cellAt(r, c) !== territory));
  for (let depth = 0; ring.length > 0; depth++) {
    for (const { row, column } of ring) inner.set(`${row} ${column}`, depth);
    ring = cells.filter(
      ({ row, column }) =>
        !inner.has(`${row} ${column}`) && around(row, column).some(([r, c]) => inner.get(`${r} ${c}`) === depth),
    );
  }
  const deepest = Math.max(...inner.values());
  const middle = cells.filter(({ row, column }) => (inner.get(`${row} ${column}`) ?? 0) === deepest);
  const x = middle.map(({ row, column }) => (2 * column + (row % 2)) * X);
  const y = middle.map(({ row }) => 3 * row * Y);
  // The deepest cells may be on both sides of a narrow place: the one nearest to their mean, not the mean itself.
  const mean = { x: x.reduce((a, b) => a + b, 0) / x.length, y: y.reduce((a, b) => a + b, 0) / y.length };
  const points = middle.map((_, index) => ({ x: x[index] ?? 0, y: y[index] ?? 0 }));
  const distance = (point: Point) => (point.x - mean.x) ** 2 + (point.y - mean.y) ** 2;
  return points.toSorted((a, b) => distance(a) - distance(b))[0] ?? mean;
}

/** Where the badge of a territory is. */
export const CENTRES: readonly Point[] = TERRITORIES.map((_, territory) => centreOf(territory));

export const centre = (territory: number): Point => CENTRES[territory] ?? { x: 0, y: 0 };

export const WIDTH = 1_215;
export const HEIGHT = 590;

/** Borders across the sea. One leads around the world: it leaves the map on one side and comes back on the other. */
export const SEA_ROUTES: readonly { readonly from: Point; readonly to: Point }[] = BORDERS.flatMap(([a, b]) => {
  if (touching().has(a < b ? `${a}-${b}` : `${b}-${a}`)) return [];
  const [from, to] = [centre(a), centre(b)];
  if (Math.abs(from.x - to.x) < WIDTH / 2) return [{ from, to }];
  const [west, east] = from.x < to.x ? [from, to] : [to, from];
  return [
    { from: west, to: { x: 0, y: west.y } },
    { from: east, to: { x: WIDTH, y: east.y } },
  ];
});
