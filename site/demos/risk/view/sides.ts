import { type Game, NEUTRAL } from "../rules/game.ts";

/** How owners look: colour, hatch and shape of the badge, so that nobody has to tell them apart by colour alone. */

export interface Side {
  readonly color: string;
  /** Of text on the colour. */
  readonly ink: string;
  readonly shapeName: string;
  /** Outline of the badge, about 24 units wide, around 0, 0. */
  readonly shape: string;
  /** Lines of the hatch in a tile of 8 by 8. */
  readonly hatch: string;
}

const INK = "#22313a";
const CIRCLE = "M-12 0a12 12 0 1 0 24 0a12 12 0 1 0-24 0Z";

export const SIDES: readonly Side[] = [
  { color: "#d55e00", ink: "#fff", shapeName: "circle", shape: CIRCLE, hatch: "M-2 2L2-2M0 8L8 0M6 10L10 6" },
  {
    color: "#0072b2",
    ink: "#fff",
    shapeName: "square",
    shape: "M-11-11H11V11H-11Z",
    hatch: "M-2 6L2 10M0 0L8 8M6-2L10 2",
  },
  { color: "#009e73", ink: "#fff", shapeName: "diamond", shape: "M0-15L15 0L0 15L-15 0Z", hatch: "M0 2H8M0 6H8" },
  {
    color: "#f0e442",
    ink: INK,
    shapeName: "triangle",
    shape: "M0-17L16 11H-16Z",
    hatch: "M2 2h.1M6 6h.1",
  },
  {
    color: "#cc79a7",
    ink: INK,
    shapeName: "hexagon",
    shape: "M-7-12H7L14 0L7 12H-7L-14 0Z",
    hatch: "M2 0V8M6 0V8",
  },
  {
    color: "#56b4e9",
    ink: INK,
    shapeName: "shield",
    shape: "M-12-12H12V2Q12 10 0 15Q-12 10-12 2Z",
    hatch: "M4 1V7M1 4H7",
  },
];

const NEUTRAL_SIDE: Side = {
  color: "#9aa5a9",
  ink: INK,
  shapeName: "small circle",
  shape: "M-10 0a10 10 0 1 0 20 0a10 10 0 1 0-20 0Z",
  hatch: "",
};

export const sideOf = (seat: number): Side => SIDES[seat] ?? NEUTRAL_SIDE;

/** Name of an owner. */
export const ownerName = (game: Game, side: number): string =>
  side === NEUTRAL ? "Neutral" : (game.seats[side]?.name ?? "nobody");

export const armiesText = (count: number): string => (count === 1 ? "1 army" : `${count} armies`);
