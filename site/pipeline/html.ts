const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Escapes text for HTML, including attributes. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? sign);

/** Characters from which on code may be parted. */
const BREAKABLE = 16;

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", nbsp: " " };

/** What a reader sees of HTML: without tags, white space as one space. */
export const plainText = (html: string): string =>
  html
    .replace(/<(script|style)[^>]*>[\s\S]*?<\/\1>/g, " ")
    .replace(/<\/?(?:a|b|code|em|i|kbd|mark|span|strong)(?:\s[^>]*)?>/g, "")
    .replace(/<[^>]*>/g, " ")
    .replace(/&(#?\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole)
    .replace(/\s+/g, " ")
    .trim();

/** Code within a line may be parted after a comma, and only there as long as that is enough. */
export const withBreaks = (html: string): string =>
  html.replace(/(<pre[\s\S]*?<\/pre>)|(<code(?:\s[^>]*)?>)([\s\S]*?)<\/code>/g, (whole, block, open, code: string) =>
    block !== undefined || code.length < BREAKABLE ? whole : `${open}${code.replace(/,(?=\S)/g, ",<wbr>")}</code>`,
  );

/** A heading as GitHub would name it in an address: links within Markdown files mean the same here. */
export const headingId = (heading: string): string =>
  plainText(heading)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replace(/\s/g, "-");

/** Gives each heading an id to link to, where it has none; a number distinguishes two of the same name. */
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
