import type { Page } from "../../pipeline/page.ts";
import { snippetText } from "./snippet.ts";

/** The files that a browser can run, and the number of windows for each. */
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

/**
 * A saved file must contain the relay's address; a file served by the relay does not need it. The client library requires a
 * complete address.
 */
export const servedFromRelay = (text: string): string =>
  text
    .replace('connect("http://localhost:4010/"', "connect(location.origin")
    .replace(/"(?:ws|http):\/\/localhost:4010\//g, '"/');

/** The quickstart's files, served so that the page can run them. */
export const examplePages: readonly Page[] = runnable.map(({ name }) => {
  const document = servedFromRelay(snippetText(name));
  const [, title = name] = /<title>(.*)<\/title>/.exec(document) ?? [];
  return {
    path: pathOf(name),
    title,
    description: `${title}: a page from the Quickstart.`,
    body: "",
    document,
  };
});
