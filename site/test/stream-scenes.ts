import type { Scene } from "./game-scenes.ts";

/** The picture of Live Charts. */
export const streamScenes: Readonly<Record<string, Scene>> = {
  stream: {
    zoom: 1.5,
    async set(page, url) {
      page.setDefaultTimeout(120_000);
      await page.goto(url("/demos/stream"));
      await page.getByRole("button", { name: "Waveforms" }).click();
      await page.getByLabel("sweep").check();
      await page.getByLabel("pulse").check();
      await page.getByLabel("Frequency").selectOption("0.2");
      await page.waitForTimeout(13_000);
    },
  },
};
