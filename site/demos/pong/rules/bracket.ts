/** A knock-out tournament: who plays whom. Players are ids, in the order in which they are seeded. */
export interface Pairing {
  /** Round and place, such as `0-2`: also the id of its match. */
  readonly id: string;
  readonly round: number;
  /** null: not known yet. */
  readonly players: readonly [string | null, string | null];
  readonly winner?: string;
}

export interface Bracket {
  /** By round, the final last. */
  readonly rounds: readonly (readonly Pairing[])[];
}

export const MOST_PLAYERS = 16;

const sizeFor = (count: number): number => {
  let size = 2;
  while (size < count) size *= 2;
  return size;
};

/** Places of the seeds in the first round, so that the first two can only meet in the final: for 8, 1-8, 4-5, 2-7, 3-6. */
export function seeding(size: number): readonly number[] {
  let order = [0];
  while (order.length < size) order = order.flatMap((seed) => [seed, order.length * 2 - 1 - seed]);
  return order;
}

/** For 2 to 16 players. Those without an opponent go on to the second round. */
export function createBracket(players: readonly string[]): Bracket {
  const unique = [...new Set(players)].slice(0, MOST_PLAYERS);
  if (unique.length < 2) throw new RangeError("A tournament needs two players.");
  const size = sizeFor(unique.length);
  const places = seeding(size).map((seed) => unique[seed] ?? null);
  const rounds: Pairing[][] = [];
  for (let round = 0, count = size / 2; count >= 1; round++, count /= 2)
    rounds.push(
      Array.from({ length: count }, (_, place) => ({ id: `${round}-${place}`, round, players: [null, null] })),
    );
  let bracket: Bracket = {
    rounds: rounds.map((pairings, round) =>
      round > 0
        ? pairings
        : pairings.map((pairing, place) => ({
            ...pairing,
            players: [places[place * 2] ?? null, places[place * 2 + 1] ?? null],
          })),
    ),
  };
  for (const { id, players: pair } of bracket.rounds[0] ?? []) {
    const [one, two] = pair;
    // The better seed comes first, and seeds are filled from the top: only the second can be missing.
    if (one !== null && two === null) bracket = withWinner(bracket, id, one);
  }
  return bracket;
}

/** The winner goes on to the next round. Unknown pairings and players change nothing, nor does a second result. */
export function withWinner(bracket: Bracket, id: string, winner: string): Bracket {
  const pairing = bracket.rounds.flat().find((one) => one.id === id);
  if (!pairing || pairing.winner !== undefined || !pairing.players.includes(winner)) return bracket;
  const place = Number(id.split("-")[1]);
  const rounds = bracket.rounds.map((pairings, round) =>
    pairings.map((one, index) => {
      if (one.id === id) return { ...one, winner };
      if (round !== pairing.round + 1 || index !== Math.floor(place / 2)) return one;
      const [first, second] = one.players;
      const players: Pairing["players"] = place % 2 === 0 ? [winner, second] : [first, winner];
      return { ...one, players };
    }),
  );
  return { rounds };
}

/** Pairings that can be played now. */
export const playable = ({ rounds }: Bracket): readonly Pairing[] =>
  rounds.flat().filter(({ players: [one, two], winner }) => winner === undefined && one !== null && two !== null);

export const championOf = ({ rounds }: Bracket): string | undefined => rounds.at(-1)?.[0]?.winner;
