const SHOWN_MS = 1500;

/**
 * Copies through a text field. This also works over plain http from another machine, where the clipboard API is unavailable.
 */
function copyFromField(text: string): boolean {
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "visually-hidden";
  const focused = document.activeElement;
  document.body.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  // The field took the focus from the pressed button, so return it.
  if (focused instanceof HTMLElement) focused.focus();
  return copied;
}

/** Copies a text to the clipboard; returns whether that succeeded. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyFromField(text);
  }
}

/** Adds a Copy button to every code block. */
export function startCopying(): void {
  for (const block of document.querySelectorAll(".copyable")) {
    const code = block.querySelector("code");
    if (!code || block.querySelector("button")) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button small";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      const copied = await copyText(code.textContent);
      // Select the code, so that the user can copy it manually.
      if (!copied) getSelection()?.selectAllChildren(code);
      button.textContent = copied ? "Copied" : "Selected";
      setTimeout(() => {
        button.textContent = "Copy";
      }, SHOWN_MS);
    });
    block.append(button);
    // Without this, the button would cover the end of a long line.
    const pre = code.parentElement;
    block.classList.toggle("crowded", pre !== null && pre.scrollWidth > pre.clientWidth);
  }
}
