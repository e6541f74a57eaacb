/** The board: 42 territories on 6 continents and the 83 borders between them. Indices into TERRITORIES name a territory everywhere else. */

export interface Continent {
  readonly name: string;
  /** Armies per turn for a player who owns all of it. */
  readonly bonus: number;
}

export interface Territory {
  readonly name: string;
  /** Index into CONTINENTS. */
  readonly continent: number;
  /** What the card shows: 0 infantry, 1 cavalry, 2 artillery. */
  readonly symbol: number;
}

const BOARD: readonly (readonly [name: string, bonus: number, ...territories: string[]])[] = [
  [
    "North America",
    5,
    "Alaska",
    "Northwest Territory",
    "Greenland",
    "Alberta",
    "Ontario",
    "Quebec",
    "Western United States",
    "Eastern United States",
    "Central America",
  ],
  ["South America", 2, "Venezuela", "Peru", "Brazil", "Argentina"],
  [
    "Europe",
    5,
    "Iceland",
    "Great Britain",
    "Scandinavia",
    "Western Europe",
    "Northern Europe",
    "Southern Europe",
    "Ukraine",
  ],
  ["Africa", 3, "North Africa", "Egypt", "East Africa", "Congo", "South Africa", "Madagascar"],
  [
    "Asia",
    7,
    "Ural",
    "Siberia",
    "Yakutsk",
    "Irkutsk",
    "Kamchatka",
    "Mongolia",
    "Japan",
    "China",
    "Afghanistan",
    "Middle East",
    "India",
    "Siam",
  ],
  ["Australia", 2, "Indonesia", "New Guinea", "Western Australia", "Eastern Australia"],
];

export const CONTINENTS: readonly Continent[] = BOARD.map(([name, bonus]) => ({ name, bonus }));

export const TERRITORIES: readonly Territory[] = BOARD.flatMap(([, , ...names], continent) =>
  names.map((name) => ({ name, continent })),
).map((territory, index) => ({ ...territory, symbol: index % 3 }));

/** Each border once: a territory, and those of its neighbours that no earlier line has named as a pair with it. */
const NEIGHBOURS: Readonly<Record<string, string>> = {
  Alaska: "Northwest Territory, Alberta, Kamchatka",
  "Northwest Territory": "Alberta, Ontario, Greenland",
  Greenland: "Ontario, Quebec, Iceland",
  Alberta: "Ontario, Western United States",
  Ontario: "Quebec, Western United States, Eastern United States",
  Quebec: "Eastern United States",
  "Western United States": "Eastern United States, Central America",
  "Eastern United States": "Central America",
  "Central America": "Venezuela",
  Venezuela: "Peru, Brazil",
  Peru: "Brazil, Argentina",
  Brazil: "Argentina, North Africa",
  Iceland: "Great Britain, Scandinavia",
  "Great Britain": "Scandinavia, Northern Europe, Western Europe",
  Scandinavia: "Northern Europe, Ukraine",
  "Northern Europe": "Western Europe, Southern Europe, Ukraine",
  "Western Europe": "Southern Europe, North Africa",
  "Southern Europe": "Ukraine, North Africa, Egypt, Middle East",
  Ukraine: "Ural, Afghanistan, Middle East",
  "North Africa": "Egypt, East Africa, Congo",
  Egypt: "East Africa, Middle East",
  "East Africa": "Congo, South Africa, Madagascar, Middle East",
  Congo: "South Africa",
  "South Africa": "Madagascar",
  Ural: "Siberia, China, Afghanistan",
  Siberia: "Yakutsk, Irkutsk, Mongolia, China",
  Yakutsk: "Irkutsk, Kamchatka",
  Irkutsk: "Kamchatka, Mongolia",
  Kamchatka: "Mongolia, Japan",
  Mongolia: "Japan, China",
  China: "Afghanistan, India, Siam",
  Afghanistan: "Middle East, India",
  "Middle East": "India",
  India: "Siam",
  Siam: "Indonesia",
  Indonesia: "New Guinea, Western Australia",
  "New Guinea": "Western Australia, Eastern Australia",
  "Western Australia": "Eastern Australia",
};

/** The index of a territory; throws for a name that is not on the board. */
export function territoryNamed(name: string): number {
  const index = TERRITORIES.findIndex((territory) => territory.name === name);
  if (index < 0) throw new Error(`no territory is called ${name}`);
  return index;
}

/** Every border once. */
export const BORDERS: readonly (readonly [number, number])[] = Object.entries(NEIGHBOURS).flatMap(([name, others]) =>
  others.split(", ").map((other) => [territoryNamed(name), territoryNamed(other)] as const),
);

const neighbours: readonly (readonly number[])[] = TERRITORIES.map((_, at) =>
  BORDERS.flatMap(([a, b]) => (a === at ? [b] : b === at ? [a] : [])).toSorted((a, b) => a - b),
);

/** Territories that share a border with this one, in ascending order. */
export const neighboursOf = (territory: number): readonly number[] => neighbours[territory] ?? [];

export const areNeighbours = (a: number, b: number): boolean => neighboursOf(a).includes(b);

const members: readonly (readonly number[])[] = CONTINENTS.map((_, continent) =>
  TERRITORIES.flatMap((territory, index) => (territory.continent === continent ? [index] : [])),
);

/** The territories of a continent. */
export const territoriesOf = (continent: number): readonly number[] => members[continent] ?? [];

/** The continent of a territory. */
export const continentOf = (territory: number): number => TERRITORIES[territory]?.continent ?? -1;

export const nameOf = (territory: number): string => TERRITORIES[territory]?.name ?? "?";
