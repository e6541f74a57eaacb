const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Escapes text for HTML, including attributes. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? sign);

/** Inline code of at least this many characters may wrap. */
const BREAKABLE = 16;

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", nbsp: " " };

/** The visible text of HTML: without tags, with white space collapsed. */
export const plainText = (html: string): string =>
  html
    .replace(/<(script|style)[^>]*>[\s\S]*?<\/\1>/g, " ")
    .replace(/<\/?(?:a|b|code|em|i|kbd|mark|span|strong)(?:\s[^>]*)?>/g, "")
    .replace(/<[^>]*>/g, " ")
    .replace(/&(#?\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole)
    .replace(/\s+/g, " ")
    .trim();

/** Lets long inline code wrap after commas. */
export const withBreaks = (html: string): string =>
  html.replace(/(<pre[\s\S]*?<\/pre>)|(<code(?:\s[^>]*)?>)([\s\S]*?)<\/code>/g, (whole, block, open, code: string) =>
    block !== undefined || code.length < BREAKABLE ? whole : `${open}${code.replace(/,(?=\S)/g, ",<wbr>")}</code>`,
  );

/** The id that GitHub gives a heading, so that links within Markdown files work on the site as well. */
export const headingId = (heading: string): string =>
  plainText(heading)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replace(/\s/g, "-");

/** Gives each heading without an id one to link to. A number distinguishes headings with the same text. */
export function withHeadingIds(html: string): string {
  const taken = new Set([...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id));
  return html.replace(
    /<h([23])((?:\s[^>]*)?)>([\s\S]*?)<\/h\1>/g,
    (whole, level, attributes: string, heading: string) => {
      if (/\sid=/.test(attributes)) return whole;
      const slug = headingId(heading);
      let id = slug;
      for (let n = 1; taken.has(id); n++) id = `${slug}-${n}`;
      taken.add(id);
      return `<h${level}${attributes} id="${id}">${heading}</h${level}>`;
    },
  );
}
