import { documentPage } from "../../pipeline/document-page.ts";

export const page = () =>
  documentPage("docs/scaling.md", {
    title: "Several nodes",
    description:
      "Several relays that are one for their clients, connected by NATS: how to set them up, what is the same as on one, and what happens when something fails.",
    nav: { label: "Several nodes", group: "operate" },
  });
