import type { Scene } from "./game-scenes.ts";

/** Pictures of instruments, by name. */
export const instrumentScenes: Readonly<Record<string, Scene>> = {
  panels: {
    zoom: 1.8,
    async set(page, url) {
      page.setDefaultTimeout(120_000);
      await page.goto(url("/demos/panels"));
      await page.getByRole("button", { name: "Start simulated instruments" }).click();
      const line = page.getByLabel("SCPI command");
      for (const command of ["VOLT 12;CURR 1.5", "OUTP ON"]) {
        await line.fill(command);
        await line.press("Enter");
      }
      await page.locator(".regulation.cv").waitFor();
      // The output settles, and the digits follow four times a second.
      await page.waitForTimeout(1_500);
      await page.locator(".control-lamp").scrollIntoViewIfNeeded();
      await page.evaluate(() => document.querySelector(".panels-ground")?.scrollTo(0, 0));
    },
  },
  oscilloscope: {
    zoom: 1.8,
    async set(page, url) {
      page.setDefaultTimeout(120_000);
      await page.goto(url("/demos/oscilloscope"));
      await page.getByRole("button", { name: "Simulate a generator in this page" }).click();
      await page.locator('.scope-canvas[data-state="T\'D"]').waitFor();
      await page.getByRole("button", { name: "X", exact: true }).click();
      await page.getByLabel("Operation").selectOption("fft");
      // A few spectra, and the digits of the measurements.
      await page.waitForTimeout(1_500);
      await page.evaluate(() => {
        const top = document.querySelector(".scope")?.getBoundingClientRect().top ?? 0;
        document.querySelector(".scope-ground")?.scrollTo(0, top - 60);
      });
    },
  },
};
