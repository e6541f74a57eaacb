import { documentPage } from "../../pipeline/document-page.ts";

export const page = () =>
  documentPage("docs/troubleshooting.md", {
    title: "Troubleshooting",
    description:
      "Symptoms and fixes: mixed content, proxies, origins, firewalls, Wi-Fi isolation, phones, ports, lost messages.",
    nav: { label: "Troubleshooting", group: "operate" },
  });
