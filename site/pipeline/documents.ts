/**
 * Files of the repository that are pages of the site, with their addresses. Links between them are rewritten; links to other
 * files become text.
 */
export const documents = {
  "PROTOCOL.md": "/protocol",
  "docs/api.md": "/api",
  "docs/client.md": "/client",
  "docs/cpp.md": "/cpp",
  "docs/errors.md": "/errors",
  "docs/games.md": "/games",
  "docs/streaming.md": "/streaming",
  "docs/instruments.md": "/instruments",
  "docs/glossary.md": "/glossary",
  "docs/delivery-guarantees.md": "/delivery-guarantees",
  "docs/kept-channels.md": "/kept-channels",
  "docs/old-pages.md": "/coming-from-achex-ca",
  "docs/operating.md": "/operating",
  "docs/performance.md": "/performance",
  "docs/recipes.md": "/recipes",
  "docs/rooms.md": "/rooms",
  "docs/scaling.md": "/scaling",
  "docs/sizing.md": "/sizing",
  "docs/troubleshooting.md": "/troubleshooting",
  "docs/writing-a-client.md": "/writing-a-client",
} as const;

/** Files that documents offer for download, and their addresses on the relay. */
export const downloads = {
  "docs/monitoring/achex-alerts.yml": "/monitoring/achex-alerts.yml",
  "docs/monitoring/grafana-dashboard.json": "/monitoring/grafana-dashboard.json",
} as const;

export type DocumentFile = keyof typeof documents;

/** The address of the page or download that a link refers to; undefined for other files of the repository. */
export function documentAddress(href: string): string | undefined {
  const [file = "", anchor] = href.split("#");
  const found = Object.entries({ ...documents, ...downloads }).find(
    ([path]) => file.split("/").at(-1) === path.split("/").at(-1),
  );
  return found && found[1] + (anchor === undefined ? "" : `#${anchor}`);
}
