const SHOWN_MS = 1500;

/** Copies by way of a text field, which also works on plain http from another machine, where there is no clipboard API. */
function copyFromField(text: string): boolean {
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "visually-hidden";
  const focused = document.activeElement;
  document.body.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  // The field took the focus from the button that was pressed.
  if (focused instanceof HTMLElement) focused.focus();
  return copied;
}

/** Puts a text on the clipboard; whether that succeeded. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyFromField(text);
  }
}

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
      const copied = await copyText(code.textContent);
      // What is selected can be copied by hand.
      if (!copied) getSelection()?.selectAllChildren(code);
      button.textContent = copied ? "Copied" : "Selected";
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
