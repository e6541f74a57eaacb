import { documentPage } from "../../pipeline/document-page.ts";

export const page = () =>
  documentPage("docs/performance.md", {
    title: "Performance",
    description:
      "How fast the relay is beside others, how that was measured, and how to measure it on your own machine.",
    nav: { label: "Performance", group: "reference" },
  });
