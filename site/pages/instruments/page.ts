import { documentPage } from "../../pipeline/document-page.ts";

export const page = () =>
  documentPage("docs/instruments.md", {
    title: "Instruments",
    description:
      "The frames that laboratory instruments and their pages exchange: settings, readings, control, waveforms and SCPI.",
    nav: { label: "Instruments", group: "reference" },
  });
