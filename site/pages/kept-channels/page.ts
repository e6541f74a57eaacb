import { documentPage } from "../../pipeline/document-page.ts";

export const page = () =>
  documentPage("docs/kept-channels.md", {
    title: "Kept channels",
    description:
      "Messages that are stored: history in pages, going on where a program stopped, inboxes, sends that are repeated safely, and what survives what.",
    nav: { label: "Kept channels", group: "learn" },
  });
