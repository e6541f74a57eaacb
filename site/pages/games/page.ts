import { documentPage } from "../../pipeline/document-page.ts";

export const page = () =>
  documentPage("docs/games.md", {
    title: "How the games work",
    description:
      "Rooms with codes, seats that survive a drop, a host that decides, checkpoints that peers verify, and play at a high latency.",
    nav: { label: "How the games work", group: "learn" },
  });
