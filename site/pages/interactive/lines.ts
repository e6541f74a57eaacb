const LIT = 900;

/** Lights the line of the source that bears this mark. The marks are left out where the source is shown (source.ts). */
export function at(mark: string): void {
  for (const line of document.querySelectorAll(`[data-line="${mark}"]`)) {
    line.classList.add("lit", "ran");
    setTimeout(() => line.classList.remove("lit"), LIT);
  }
}
