import { Marked, type Tokens } from "marked";
import { documentAddress } from "./documents.ts";
import { codeBlock } from "./highlight.ts";
import { escapeHtml, headingId, plainText } from "./html.ts";

/** An entry of a table of contents. */
export interface Heading {
  readonly id: string;
  /** 2 or 3. */
  readonly level: number;
  readonly text: string;
}

export interface Rendered {
  /** Text of the first heading, which is also in the HTML. */
  readonly title: string;
  readonly html: string;
  readonly headings: readonly Heading[];
}

/** Returns the site's address for a link; undefined for a file of the repository that is not a page. */
const addressOf = (href: string): string | undefined =>
  /^(https?:|mailto:|#|\/)/.test(href) ? href : documentAddress(href);

/** Matches a rule id or code in the first cell of a row, which makes the row a link target: /protocol#K8. */
const ROW_ID = /^(?:[A-Z]\d+[a-z]?|[a-z]+(?:-[a-z]+)+)$/;
/** The same for a column of codes, where a single word or number is enough: /errors#busy, /errors#4001. */
const CODE_ID = /^[\w-]+$/;

interface Cell {
  readonly html: string;
  readonly right: boolean;
  /** The column heading that narrow screens show next to the cell, unless it is obvious. */
  readonly label: string;
}

/** Self-explanatory columns, and first columns, which name the rows. Narrow screens do not repeat these headings. */
const PLAIN_LABEL = /^(?:dir|frame|rule|meaning|what|what happens|when|)$/i;
/** A cell with at least this many characters is a sentence and needs a wide column. */
const SENTENCE = 24;

function rowOf(cells: readonly Cell[], taken: Set<string>): string {
  const [name] = cells;
  const id = plainText(name?.html ?? "");
  const linked = (name?.label === "code" ? CODE_ID : ROW_ID).test(id);
  const first = linked && !taken.has(id);
  if (linked) taken.add(id);
  const tds = cells.map(({ html, right, label }, at) => {
    const content = at === 0 && linked ? `<a class="row-link" href="#${id}">${html}</a>` : html;
    const kind = right ? "number" : plainText(html).length >= SENTENCE ? "sentence" : "";
    const named = at > 0 && cells.length > 2 && !PLAIN_LABEL.test(label) ? ` data-label="${escapeHtml(label)}"` : "";
    return `<td${kind === "" ? "" : ` class="${kind}"`}${named}>${content}</td>`;
  });
  return `<tr${first ? ` id="${id}"` : ""}>${tds.join("")}</tr>`;
}

/** Renders Markdown of the repository's own documents. The ids in `others` are already used on the page. */
export function renderMarkdown(source: string, others: ReadonlySet<string> = new Set()): Rendered {
  const taken = new Set(others);
  const headings: Heading[] = [];
  let title = "";
  let section = "";
  const tables = new Set<string>();
  /** Labels each table with its section, for screen-reader users who jump from table to table. */
  const uniqueName = (heading: string, columns: string): string => {
    const name = [heading, columns].filter(Boolean).join(": ") || "Table";
    let unique = name;
    for (let n = 2; tables.has(unique); n++) unique = `${name} (${n})`;
    tables.add(unique);
    return unique;
  };
  const marked = new Marked({ gfm: true });
  marked.use({
    renderer: {
      heading({ tokens, depth }) {
        const html = this.parser.parseInline(tokens);
        const text = plainText(html);
        section = text;
        if (depth === 1) title = text;
        if (depth === 1) return `<h1>${html}</h1>\n`;
        const id = headingId(html);
        taken.add(id);
        if (depth <= 3) headings.push({ id, level: depth, text });
        return `<h${depth} id="${id}">${html}</h${depth}>\n`;
      },
      code: ({ text, lang = "" }) => codeBlock(text, lang),
      link({ href, tokens }) {
        const inner = this.parser.parseInline(tokens);
        const address = addressOf(href);
        return address === undefined ? inner : `<a href="${escapeHtml(address)}">${inner}</a>`;
      },
      image: ({ text }) => escapeHtml(text),
      table({ header, rows }: Tokens.Table) {
        const columns = header.map(({ tokens, align }) => ({
          html: this.parser.parseInline(tokens),
          right: align === "right",
        }));
        // An empty header cell becomes a plain cell; otherwise a screen reader would announce it.
        const heads = columns.map(({ html, right }) =>
          html === "" ? "<td></td>" : `<th${right ? ' class="number"' : ""}>${html}</th>`,
        );
        const cell = ({ tokens }: Tokens.TableCell, at: number): Cell => ({
          html: this.parser.parseInline(tokens),
          right: columns[at]?.right ?? false,
          label: plainText(columns[at]?.html ?? ""),
        });
        const body = rows.map((row) => rowOf(row.map(cell), taken)).join("\n");
        const name = uniqueName(section, heads.map(plainText).filter(Boolean).join(", "));
        // Tables of numbers have their own style, because readers compare numbers down a column.
        const kind = columns.some(({ right }) => right) ? "of-numbers" : "of-words";
        return `<div class="table-scroll" tabindex="0" role="region" aria-label="${escapeHtml(name)}"><table class="table ${kind}"><thead><tr>${heads.join("")}</tr></thead><tbody>\n${body}\n</tbody></table></div>\n`;
      },
    },
  });
  const html = marked.parse(source, { async: false });
  return { title, html, headings };
}
