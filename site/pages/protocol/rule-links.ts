import { escapeHtml, plainText } from "../../pipeline/html.ts";

const ROW = /<tr id="([A-Z]\d+[a-z]?)"[^>]*>([\s\S]*?)<\/tr>/g;
/** Matches rule ids in running text: (K1), (R6 to R8), rule V2, K3, C4. */
const RULE = /\b[A-Z]\d{1,2}[a-z]?\b/g;
const TITLE_LENGTH = 110;

/** The first words of each rule, by its id. */
function titlesIn(html: string): Map<string, string> {
  const titles = new Map<string, string>();
  for (const [, id = "", row = ""] of html.matchAll(ROW)) {
    const cells = [...row.matchAll(/<td[^>]*>([\s\S]*?)<\/td>/g)].map(([, cell = ""]) => plainText(cell));
    const text = cells
      .slice(1)
      .filter((cell) => cell !== "" && !/^[CS]>[CS]$|^both$/.test(cell))
      .join(": ");
    titles.set(id, text.length > TITLE_LENGTH ? `${text.slice(0, TITLE_LENGTH).replace(/\s\S*$/, "")}…` : text);
  }
  return titles;
}

/**
 * Turns rule ids in the text into links that show the beginning of the rule on hover. Code, links and headings are unchanged.
 */
export function linkRules(html: string): string {
  const titles = titlesIn(html);
  return html.replace(/<(code|pre|a|h\d|figure)\b[\s\S]*?<\/\1>|<[^>]*>|[^<]+/g, (part, tag: string | undefined) => {
    if (tag !== undefined || part.startsWith("<")) return part;
    return part.replace(RULE, (id) => {
      const title = titles.get(id);
      return title === undefined ? id : `<a class="rule" href="#${id}" title="${escapeHtml(title)}">${id}</a>`;
    });
  });
}
