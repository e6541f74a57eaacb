import { documentPage } from "../../pipeline/document-page.ts";

export const page = () =>
  documentPage("docs/old-pages.md", {
    title: "Coming from achex.ca",
    description: "How to move a page or program written for achex.ca to this relay: change the host, keep the code.",
    nav: { label: "Coming from achex.ca", group: "learn" },
  });
