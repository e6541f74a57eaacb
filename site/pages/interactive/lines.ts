const LIT = 900;

/** Highlights the line of the source that has this mark. The marks themselves are not shown (source.ts). */
export function at(mark: string): void {
  for (const line of document.querySelectorAll<HTMLElement>(`[data-line="${mark}"]`)) {
    line.classList.add("lit", "ran");
    showInside(line);
    setTimeout(() => line.classList.remove("lit"), LIT);
  }
}

/** Scrolls only the source, not the page. */
function showInside(line: HTMLElement): void {
  const source = line.closest("pre");
  if (!source) return;
  const top = line.getBoundingClientRect().top - source.getBoundingClientRect().top;
  if (top < 0 || top > source.clientHeight - line.offsetHeight * 2) {
    source.scrollTop += top - source.clientHeight / 3;
  }
}
