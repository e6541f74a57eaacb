import { documentPage } from "../../pipeline/document-page.ts";

export const page = () =>
  documentPage("docs/rooms.md", {
    title: "Rooms with state",
    description:
      "Shared state, a host with a term, seats and options, with a counter, a cursor board and a game as complete examples.",
    nav: { label: "Rooms with state", group: "learn" },
  });
