import { type Choice, DIALECTS } from "./dialects.ts";

/** Event on the document when the reader has chosen a dialect; `detail` is a Choice. */
export const CHOSEN = "dialect-chosen";

function choose(choice: Choice): void {
  for (const button of document.querySelectorAll<HTMLElement>("[data-choose]")) {
    button.ariaPressed = String(button.dataset.choose === choice);
  }
  for (const row of document.querySelectorAll<HTMLElement>("tr[data-dialect]")) {
    row.classList.toggle("chosen", row.dataset.dialect === choice);
    row.classList.toggle("other", choice !== "all" && row.dataset.dialect !== choice);
  }
  document.dispatchEvent(new CustomEvent<Choice>(CHOSEN, { detail: choice }));
}

export function startDialects(): void {
  for (const button of document.querySelectorAll<HTMLElement>("[data-choose]")) {
    const choice = DIALECTS.find((one) => one === button.dataset.choose);
    if (choice) button.addEventListener("click", () => choose(choice));
  }
}
