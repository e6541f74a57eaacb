import { documentPage } from "../../pipeline/document-page.ts";

export const page = () =>
  documentPage("docs/sizing.md", {
    title: "Sizing and alerts",
    description:
      "Memory and CPU per client, what to set before many connect, Prometheus alerts and a Grafana dashboard.",
    nav: { label: "Sizing and alerts", group: "operate" },
  });
