import { documentPage } from "../../pipeline/document-page.ts";

export const page = () =>
  documentPage("docs/cpp.md", {
    title: "C++ client",
    description:
      "A C++17 library for instruments, simulators and services: messages, questions, rooms, streams and files, with sessions that survive drops.",
    nav: { label: "C++ client", group: "reference" },
  });
