import { documentPage } from "../../pipeline/document.ts";

export const page = () =>
  documentPage("docs/api.md", {
    path: "/api",
    title: "Client reference",
    description: "Every function and type of the client library, from its sources.",
    nav: { label: "Client reference", group: "reference" },
  });
