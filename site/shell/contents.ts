/** Beside the text there is room for its contents; above it, on a phone, they would hide the text. */
export function openContents(): void {
  const contents = document.querySelector<HTMLDetailsElement>(".contents details");
  if (contents) contents.open = matchMedia("(min-width: 64rem)").matches;
}
