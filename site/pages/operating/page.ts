import { documentPage } from "../../pipeline/document-page.ts";

export const page = () =>
  documentPage("docs/operating.md", {
    title: "Running it",
    description: "Every setting with its reason, encryption, proxies, a service unit, backup and metrics.",
    nav: { label: "Running it", group: "reference" },
  });
