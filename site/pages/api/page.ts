import { documentPage } from "../../pipeline/document-page.ts";

export const page = () =>
  documentPage("docs/api.md", {
    title: "Client reference",
    description: "Every function and type of the client library, with defaults, examples and linked types.",
    nav: { label: "Client reference", group: "reference" },
  });
