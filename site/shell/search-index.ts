import { createSearchEngine, type Entry, type SearchEngine } from "./search-engine.ts";

const isText = (value: unknown): value is string => typeof value === "string";

function entriesOf(data: unknown): Entry[] {
  if (!Array.isArray(data)) return [];
  return data.flatMap((one: unknown): Entry[] => {
    if (!Array.isArray(one)) return [];
    const [address, title, heading, text]: unknown[] = one;
    return isText(address) && isText(title) && isText(heading) && isText(text) ? [[address, title, heading, text]] : [];
  });
}

let loading: Promise<SearchEngine> | undefined;

/** The search index, fetched when it is first needed. Rejects if the server does not respond; the next call tries again. */
export function searchEngine(): Promise<SearchEngine> {
  const address = document.getElementById("search")?.dataset.index;
  if (address === undefined) return Promise.resolve(createSearchEngine([]));
  loading ??= fetch(address).then(async (response) => createSearchEngine(entriesOf(await response.json())));
  loading.catch(() => {
    loading = undefined;
  });
  return loading;
}
