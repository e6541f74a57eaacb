/** What the two layers of a map consist of. A map is text: one character for each tile. */

export interface Ground {
  readonly name: string;
  readonly walkable: boolean;
}

export const GROUNDS: Readonly<Record<string, Ground>> = {
  ".": { name: "grass", walkable: true },
  ",": { name: "meadow", walkable: true },
  "-": { name: "path", walkable: true },
  s: { name: "sand", walkable: true },
  "~": { name: "water", walkable: false },
  b: { name: "bridge", walkable: true },
  m: { name: "moss", walkable: true },
  c: { name: "cave floor", walkable: true },
  "#": { name: "cave wall", walkable: false },
  w: { name: "wood floor", walkable: true },
  r: { name: "rug", walkable: true },
  W: { name: "house wall", walkable: false },
  " ": { name: "nothing", walkable: false },
};

export interface Thing {
  readonly name: string;
  readonly solid: boolean;
  /** Radius of its light at night, in tiles. */
  readonly light?: number;
}

/** The second layer. Houses have a width and are in the map's own list. */
export const THINGS: Readonly<Record<string, Thing>> = {
  ".": { name: "nothing", solid: false },
  T: { name: "oak", solid: true },
  P: { name: "pine", solid: true },
  B: { name: "bush", solid: true },
  R: { name: "rock", solid: true },
  F: { name: "fence", solid: true },
  L: { name: "lamp", solid: true, light: 4 },
  f: { name: "flowers", solid: false },
  t: { name: "tall grass", solid: false },
  g: { name: "mushrooms", solid: false, light: 1.5 },
  o: { name: "barrel", solid: true },
  n: { name: "crate", solid: true },
  S: { name: "stump", solid: true },
  W: { name: "well", solid: true },
  A: { name: "altar", solid: true, light: 2 },
  C: { name: "crystal", solid: true, light: 3 },
  K: { name: "stalagmite", solid: true },
  b: { name: "bed", solid: true },
  k: { name: "table", solid: true },
  c: { name: "chair", solid: false },
  h: { name: "hearth", solid: true, light: 5 },
  q: { name: "shelf", solid: true },
  p: { name: "plant", solid: true },
  x: { name: "anvil", solid: true },
  H: { name: "house", solid: true },
};
