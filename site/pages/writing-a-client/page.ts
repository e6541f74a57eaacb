import { documentPage } from "../../pipeline/document-page.ts";

export const page = () =>
  documentPage("docs/writing-a-client.md", {
    title: "Write a client",
    description: "How to write an Achex client in another language, step by step, and how to test it.",
    nav: { label: "Write a client", group: "reference" },
  });
