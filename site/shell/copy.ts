const SHOWN_MS = 1500;

/** Puts a button on every block of code that copies it. */
export function startCopying(): void {
  for (const block of document.querySelectorAll(".copyable")) {
    const code = block.querySelector("code");
    if (!code || block.querySelector("button")) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button small";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(code.textContent);
        button.textContent = "Copied";
      } catch {
        // Forbidden, or not a secure origin: what is marked can be copied by hand.
        getSelection()?.selectAllChildren(code);
        button.textContent = "Marked";
      }
      setTimeout(() => {
        button.textContent = "Copy";
      }, SHOWN_MS);
    });
    block.append(button);
    // A line that reaches under the button would be hidden by it.
    const pre = code.parentElement;
    block.classList.toggle("crowded", pre !== null && pre.scrollWidth > pre.clientWidth);
  }
}
