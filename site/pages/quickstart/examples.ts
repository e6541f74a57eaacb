import type { Page } from "../../pipeline/page.ts";
import { snippetText } from "./snippet.ts";

/** The files that a browser can run, and how many of them side by side make sense. */
export const runnable = [
  { name: "connect.html", windows: 1 },
  { name: "login.html", windows: 1 },
  { name: "user.html", windows: 2 },
  { name: "session.html", windows: 2 },
  { name: "broadcast.html", windows: 2 },
  { name: "hub.html", windows: 2 },
  { name: "ping.html", windows: 1 },
  { name: "client.html", windows: 2 },
] as const;

export const pathOf = (name: string): string => `/examples/quickstart/${name}`;

/** A saved file must say where the relay is; one that comes from the relay is there already. */
const atHome = (text: string): string => text.replace(/"(?:ws|http):\/\/localhost:4010\//g, '"/');

/** The files of the quickstart, to be run from here as they are. */
export const examplePages: readonly Page[] = runnable.map(({ name }) => {
  const document = atHome(snippetText(name));
  const [, title = name] = /<title>(.*)<\/title>/.exec(document) ?? [];
  return {
    path: pathOf(name),
    title,
    description: `${title}: a page of the quickstart, by itself.`,
    body: "",
    document,
  };
});
