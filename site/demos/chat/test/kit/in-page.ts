// Functions that run in the page.

/** A drawing of 300 × 200 pixels as a PNG. */
export async function picture(): Promise<string> {
  const canvas = new OffscreenCanvas(300, 200);
  const context = canvas.getContext("2d");
  context?.fillRect(20, 20, 200, 100);
  const bytes = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
  return btoa(String.fromCharCode(...bytes));
}

/** From the click on Enter to 30 messages, and from the upper end to 20 more, in ms. */
export async function measure(): Promise<readonly number[]> {
  const count = () => document.querySelectorAll("article.chat-message").length;
  const when = (wanted: number): Promise<number> =>
    new Promise((resolve, reject) => {
      const end = performance.now() + 20_000;
      const look = () => {
        if (count() >= wanted) resolve(performance.now());
        else if (performance.now() > end) reject(new Error(`${count()} messages, not ${wanted}`));
        else requestAnimationFrame(look);
      };
      look();
    });
  const start = performance.now();
  document.querySelector<HTMLButtonElement>(".chat-start button.primary")?.click();
  const shown = (await when(30)) - start;
  const before = count();
  const again = performance.now();
  document.querySelector(".chat-scroller")?.scrollTo(0, 0);
  return [Math.round(shown), Math.round((await when(before + 20)) - again)];
}
