/** As site/pipeline/search-index.ts writes them. */
export type Entry = readonly [address: string, title: string, heading: string, text: string];

export interface Hit {
  readonly entry: Entry;
  readonly score: number;
}

const WEIGHTS = { heading: 12, title: 6, text: 1 };

/** A whole word counts most, then the beginning of one, then any place. */
function worth(text: string, word: string): number {
  const at = text.indexOf(word);
  if (at < 0) return 0;
  const escaped = word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  if (new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, "u").test(text)) return 3;
  return new RegExp(`(?<![\\p{L}\\p{N}])${escaped}`, "u").test(text) ? 2 : 0.5;
}

function scoreOf([address, title, heading, text]: Entry, words: readonly string[]): number {
  let sum = 0;
  for (const word of words) {
    const found =
      WEIGHTS.heading * worth(heading.toLowerCase(), word) +
      WEIGHTS.title * worth(title.toLowerCase(), word) +
      WEIGHTS.text * worth(text.toLowerCase(), word);
    if (found === 0) return 0;
    sum += found;
  }
  // Of equals, the page before its parts, and a short part before a long one.
  return sum + (address.includes("#") ? 0 : 4) + 1 / (1 + text.length / 400);
}

/** Parts of pages that hold all the words, the best first. */
export function find(entries: readonly Entry[], query: string, limit: number): Hit[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  return entries
    .map((entry) => ({ entry, score: scoreOf(entry, words) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, limit);
}
