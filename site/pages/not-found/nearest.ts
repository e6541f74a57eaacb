/** How many letters have to be changed, added or taken away to make one text of the other. */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (const [at, letter] of [...a].entries()) {
    const next = [at + 1];
    for (const [column, other] of [...b].entries()) {
      const replaced = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** The paths most like the one wanted, the nearest first; none when nothing is like it. */
export function nearest(wanted: string, paths: readonly string[], most: number): string[] {
  const word = wanted
    .toLowerCase()
    .replace(/\.html?$/, "")
    .replace(/\/+$/, "")
    .slice(0, 100);
  return paths
    .map((path) => ({ path, edits: word.length > 3 && path.includes(word) ? 1 : editDistance(word, path) }))
    .filter(({ path, edits }) => edits <= Math.max(2, path.length / 2))
    .toSorted((a, b) => a.edits - b.edits)
    .slice(0, most)
    .map(({ path }) => path);
}
