import { documentPage } from "../../pipeline/document-page.ts";

export const page = () =>
  documentPage("docs/operating.md", {
    title: "Operating guide",
    description: "Every setting and its reason, encryption, proxies, a service unit, backup and metrics.",
    nav: { label: "Operating guide", group: "operate" },
  });
