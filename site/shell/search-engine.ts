import MiniSearch, { type Query } from "minisearch";
import { synonymsOf } from "./synonyms.ts";

/** In the form written by site/pipeline/search-index.ts. */
export type Entry = readonly [address: string, title: string, heading: string, text: string];

export interface SearchEngine {
  /** Entries that contain all the words or their synonyms, best first. */
  find(query: string, limit: number): readonly Entry[];
}

const FIELDS = ["heading", "title", "text"];
/** Weights of the fields: a heading says what its section is about, while a text may only mention a word. */
const BOOST = { heading: 10, title: 3, text: 1 };
const SYNONYM_BOOST = { heading: 10, title: 1, text: 0.3 };
/** Words that are left out of the index. */
const STOP_WORDS = new Set(
  "a an and are by can do does for how i in is it my of on or the to what when where who why with".split(" "),
);
/** Weight of a word that only begins with the query word, which is less relevant: `origin` is not `original`. */
const WEIGHTS = { prefix: 0.02, fuzzy: 0.1 };
/** Abbreviations that end like a plural. */
const UNINFLECTED = new Set(["cors", "css", "dns", "https", "js", "tls", "wss"]);
const REFERENCE = /^\/api#/;
/**
 * Pages that mention many words but explain few, and the reference, which is mostly searched by exact name. They rank lower.
 */
const LESSER_PAGES: readonly (readonly [page: RegExp, weight: number])[] = [
  [/^\/design\b/, 0.2],
  [/^\/(?:api|performance|demos|source)?#/, 0.3],
];
/** Table rows and codes: numerous, short, and mostly searched by exact name. */
const CODE = /^(?:[A-Z]\d+[a-z]?|[a-z]+(?:-[a-z]+)+)$/;

/** Words, and for those with hyphens or dots inside, such as `no-such-name`, their parts as well. */
function tokenize(text: string): string[] {
  const joined = text.replace(/\b[Ll]og(?:s|ged|ging)? in\b/g, "login");
  const words = joined.match(/[\p{L}\p{N}$]+(?:[-._][\p{L}\p{N}]+)*/gu) ?? [];
  return words.flatMap((word) => {
    const parts = word.split(/[-._]/);
    return parts.length > 1 ? [word, ...parts] : [word];
  });
}

/** `Reconnecting`, `reconnects` and `reconnected` are one term. */
export function stem(word: string): string {
  const lower = word.toLowerCase();
  if (UNINFLECTED.has(lower)) return lower;
  if (/[^a-z]/.test(lower)) return lower;
  const singular = lower.replace(/^([a-z]{2,}[^su])s$/, "$1");
  return singular.replace(/(?<=[a-z]{3})(?:ations?|ing|er|ed)$/, "").replace(/(?<=[a-z]{3})e$/, "");
}

const wordsOf = (query: string): string[] => {
  // As texts are split: "Let's" is in the index as two words.
  const words = query
    .split(/[\s'’]+/)
    .map((word) => word.replace(/^[^\p{L}\p{N}$]+|[^\p{L}\p{N}]+$/gu, ""))
    .filter(Boolean);
  const telling = words.filter((word) => !STOP_WORDS.has(word.toLowerCase()));
  return telling.length > 0 ? telling : words;
};

/** Requires each word or one of its synonyms. */
const queryOf = (words: readonly string[]): Query => ({
  combineWith: "AND",
  queries: words.map((word) => ({
    combineWith: "OR",
    queries: [
      word,
      ...synonymsOf(stem(word), stem).map((synonym) => ({ queries: [synonym], boost: SYNONYM_BOOST, prefix: false })),
    ],
  })),
});

/** The weight of an entry for these words, independent of their position in it. */
function weightOf(entry: Entry | undefined, words: readonly string[]): number {
  if (!entry) return 0;
  const [address, title, heading] = entry;
  const page = LESSER_PAGES.find(([pattern]) => pattern.test(address))?.[1] ?? 1;
  const name = heading || title;
  if (REFERENCE.test(address) && name.toLowerCase() === words.join(" ").toLowerCase()) return 3;
  if (page === 1 && tokenize(name).map(stem).join(" ") === words.map(stem).join(" ")) return 3;
  return page * (CODE.test(heading) ? 0.3 : 1) * (heading === "" ? 0.7 : 1);
}

export function createSearchEngine(entries: readonly Entry[]): SearchEngine {
  const index = new MiniSearch<Record<string, unknown>>({
    fields: FIELDS,
    tokenize,
    processTerm: stem,
    searchOptions: {
      boost: BOOST,
      // Queries are tokenized as typed, so that a code with hyphens is one word.
      tokenize: (text) => [text],
      prefix: (term) => term.length > 1,
      weights: WEIGHTS,
    },
  });
  // An entry for a whole page uses its title as heading.
  index.addAll(entries.map(([, title, heading, text], id) => ({ id, title, heading: heading || title, text })));
  return {
    find(query, limit) {
      const words = wordsOf(query);
      if (words.length === 0) return [];
      const boostDocument = (id: unknown) => weightOf(entries[Number(id)], words);
      const exact = index.search(queryOf(words), { boostDocument });
      // The query probably contains a typo.
      const fuzzy = (term: string) => (term.length > 4 ? 0.2 : false);
      const hits = exact.length > 0 ? exact : index.search(queryOf(words), { boostDocument, fuzzy });
      return hits.slice(0, limit).flatMap(({ id }) => {
        const entry = entries[Number(id)];
        return entry ? [entry] : [];
      });
    },
  };
}
