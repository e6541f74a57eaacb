import { pictureHtml } from "../../pipeline/pictures.ts";

export interface Demo {
  readonly path: string;
  readonly title: string;
  readonly text: string;
  /** Name of its picture in docs/pictures, and what that shows. */
  readonly picture: string;
  readonly shows: string;
}

/** In the order in which to try them. */
export const DEMOS: readonly Demo[] = [
  {
    path: "/test",
    title: "Test page",
    text: "Connect several clients, send any frame, and see every frame that comes back. Each frame is explained before you send it.",
    picture: "test",
    shows: "The test page: a client's log of sent and received frames",
  },
  {
    path: "/examples/interactive",
    title: "Interactive example",
    text: "Log in, join a room and send messages. The code is next to the buttons; each line lights up as it runs.",
    picture: "interactive",
    shows: "The interactive example: code on the left, buttons on the right",
  },
  {
    path: "/examples/simple",
    title: "Simple example",
    text: "A chat in one HTML file with fewer than 40 lines. View its source to see how it works.",
    picture: "simple",
    shows: "The simple chat: three messages",
  },
  {
    path: "/banner",
    title: "Banner",
    text: "A badge for your own page that shows the connection and its latency.",
    picture: "banner",
    shows: "Banners on a light and on a dark page",
  },
];

/** Cards with pictures; `level` is that of their headings. */
export const demoCards = (level: 2 | 3): string =>
  `<div class="demos">${DEMOS.map(
    ({ path, title, text, picture, shows }) =>
      `<a class="card demo" href="${path}"><span class="demo-picture">${pictureHtml(picture, shows)}</span><h${level}>${title}</h${level}><p>${text}</p></a>`,
  ).join("")}</div>`;
