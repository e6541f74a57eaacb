import { documentPage } from "../../pipeline/document-page.ts";

export const page = () =>
  documentPage("docs/recipes.md", {
    title: "Recipes",
    description: "Starting points for React, Vue, Svelte, a Node service, Python, ESP32, Godot and Unity.",
    nav: { label: "Recipes", group: "learn" },
  });
