import { documentPage } from "../../pipeline/document-page.ts";

export const page = () =>
  documentPage("docs/glossary.md", {
    title: "Glossary",
    description:
      "Every term of these pages with one meaning each: dialect, session, channel, hub, broadcast, stamp, fault.",
    nav: { label: "Glossary", group: "reference" },
  });
