import { documentPage } from "../../pipeline/document-page.ts";

export const page = () =>
  documentPage("docs/delivery-guarantees.md", {
    title: "Delivery guarantees",
    description:
      "What each dialect promises about delivery, order, duplicates and results, and what it does not promise.",
    nav: { label: "Delivery guarantees", group: "reference" },
  });
