import { pictureHtml } from "../../pipeline/pictures.ts";

export interface Demo {
  readonly path: string;
  readonly title: string;
  readonly text: string;
  /** Name of its picture in docs/pictures, and what that shows. */
  readonly picture: string;
  readonly shows: string;
}

/** Games, each in a folder of site/demos. */
export const GAMES: readonly Demo[] = [
  {
    path: "/demos/pong",
    title: "Pong",
    text: "Two to four players, tournaments for 16, or the computer. Spin, power shots, and fair at 150 ms.",
    picture: "pong",
    shows: "Pong: a rally on a night court",
  },
  {
    path: "/demos/draw",
    title: "Let's Draw Together",
    text: "A canvas without edges for 30 people: pens, shapes, notes, everybody's cursor, and a game of guessing words.",
    picture: "draw",
    shows: "Let's Draw Together: a drawing and the cursors of two people",
  },
  {
    path: "/demos/rpg",
    title: "Lanternfall",
    text: "A role-playing game for up to 50: a village, a forest and a cave, a quest, monsters, trades, and a map editor.",
    picture: "rpg",
    shows: "Lanternfall: a character in the village",
  },
  {
    path: "/demos/risk",
    title: "World Conquest",
    text: "A game of world conquest, known as Risk, for two to six, with bots, and dice that nobody can fake.",
    picture: "risk",
    shows: "World Conquest: a map with armies",
  },
  {
    path: "/demos/tap",
    title: "Tap",
    text: "Who taps 20 times first? The smallest game: its source is the place to start with your own.",
    picture: "tap",
    shows: "Tap: the progress of three players",
  },
];

/** Programs that people use for their work, each in a folder of site/demos. */
export const APPLICATIONS: readonly Demo[] = [
  {
    path: "/demos/chat",
    title: "Chat",
    text: "Rooms and direct messages with images, replies, reactions and history. Every message is signed, and rooms with a secret are encrypted.",
    picture: "chat",
    shows: "Chat: a conversation of three people with an image",
  },
  {
    path: "/demos/files",
    title: "Files",
    text: "Files and folders of any size, from one browser or terminal to another: encrypted, direct where possible, and resumed after any interruption.",
    picture: "files",
    shows: "Files: one film has arrived on a phone, another one is on its way",
  },
  {
    path: "/demos/stream",
    title: "Live Charts",
    text: "One publishes numbers, many watch: thousands of points a second from a script, a phone or a microphone, with zoom, gaps and export.",
    picture: "stream",
    shows: "Live Charts: four waveforms and their values",
  },
  {
    path: "/demos/instruments",
    title: "Instrument Wall",
    text: "All instruments of a laboratory on one page: values, trends, limits, alarms with a log, calibration dates, and a mode for a screen on the wall.",
    picture: "instruments",
    shows: "Instrument Wall: twelve instruments, two warnings and one that is offline",
  },
  {
    path: "/demos/panels",
    title: "Front panels",
    text: "Knobs, keys and displays for a power supply, a function generator and any other instrument. Several operators, one in control, and SCPI.",
    picture: "panels",
    shows: "Front panels: a power supply with its output on",
  },
  {
    path: "/demos/oscilloscope",
    title: "Oscilloscope",
    text: "Two channels of an instrument or your microphone: trigger, cursors, measurements, averaging, persistence and spectrum, for several people at once.",
    picture: "oscilloscope",
    shows: "Oscilloscope: a sine and a square on a black screen, with cursors",
  },
];

/** Pages to try the relay with, in the order in which to try them. */
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
export const demoCards = (level: 2 | 3, demos: readonly Demo[] = DEMOS): string =>
  `<div class="demos">${demos
    .map(
      ({ path, title, text, picture, shows }) =>
        `<a class="card demo" href="${path}"><span class="demo-picture">${pictureHtml(picture, shows)}</span><h${level}>${title}</h${level}><p>${text}</p></a>`,
    )
    .join("")}</div>`;
