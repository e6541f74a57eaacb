import leven from "leven";

/** The paths most similar to the requested one, closest first; empty if none is similar. */
export function nearest(wanted: string, paths: readonly string[], most: number): string[] {
  const word = wanted
    .toLowerCase()
    .replace(/\.html?$/, "")
    .replace(/\/+$/, "")
    .slice(0, 100);
  return paths
    .map((path) => ({ path, edits: word.length > 3 && path.includes(word) ? 1 : leven(word, path) }))
    .filter(({ path, edits }) => edits <= Math.max(2, path.length / 2))
    .toSorted((a, b) => a.edits - b.edits)
    .slice(0, most)
    .map(({ path }) => path);
}
