import { documentPage } from "../../pipeline/document-page.ts";

export const page = () =>
  documentPage("docs/client.md", {
    title: "The client library",
    description:
      "Connecting, sending, presence, asking and answering, files and streams, with the library this server serves.",
    nav: { label: "Client library", group: "reference" },
  });
