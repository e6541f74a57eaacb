/** Files of the repository that are pages here. Links between them lead to these addresses; links to other files become text. */
export const documents = {
  "PROTOCOL.md": "/protocol",
  "docs/api.md": "/api",
  "docs/client.md": "/client",
  "docs/errors.md": "/errors",
  "docs/old-pages.md": "/coming-from-achex-ca",
  "docs/operating.md": "/operating",
  "docs/performance.md": "/performance",
} as const;

export type DocumentFile = keyof typeof documents;

/** Address of the page that a link of a document leads to; undefined when it leads to a file that is no page. */
export function documentAddress(href: string): string | undefined {
  const [file = "", anchor] = href.split("#");
  const found = Object.entries(documents).find(([path]) => file.split("/").at(-1) === path.split("/").at(-1));
  return found && found[1] + (anchor === undefined ? "" : `#${anchor}`);
}
