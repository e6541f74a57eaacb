import { documentPage } from "../../pipeline/document-page.ts";

export const page = () =>
  documentPage("docs/streaming.md", {
    title: "Data streaming",
    description:
      "Publish numbers from a script, a phone or a board, and watch them as live charts: the command, the messages, and what slow watchers get.",
    nav: { label: "Data streaming", group: "learn" },
  });
