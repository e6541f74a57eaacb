import { highlight } from "../../pipeline/highlight.ts";

const MARK = /^\s*at\("([\w-]+)"\);$/;

/** HTML of the lesson's source. Marks are removed, and the line after a mark gets it as an attribute. */
export function lessonHtml(source: string): string {
  const lines: string[] = [];
  const marks: (string | undefined)[] = [];
  let mark: string | undefined;
  for (const line of source.trimEnd().split("\n")) {
    const [, found] = MARK.exec(line) ?? [];
    if (found !== undefined) {
      mark = found;
      continue;
    }
    if (line.includes('"./lines.ts"')) continue;
    lines.push(line);
    marks.push(mark);
    mark = undefined;
  }
  // No token spans several lines, so each line of the highlighted text is complete.
  const shown = highlight(lines.join("\n"), "typescript").split("\n");
  return shown
    .map((html, at) => {
      const name = marks[at];
      return `<span class="source-line"${name === undefined ? "" : ` data-line="${name}"`}>${html}\n</span>`;
    })
    .join("");
}
