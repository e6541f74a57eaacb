import { isKind, KINDS, startInstrument } from "@achex/instruments";
import type { Scene } from "./game-scenes.ts";

const TITLES = ["Bench supply", "Reference meter", "Climate chamber", "Cooling water", "Load lock", "Waveform source"];

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
  instruments: {
    zoom: 1.7,
    async set(page, url) {
      page.setDefaultTimeout(120_000);
      // Those of the other theme leave.
      await page.waitForTimeout(1_000);
      const address = { url: `${url("/instruments").replace("http", "ws")}` };
      const kinds = Object.keys(KINDS).filter(isKind);
      const starting = kinds.flatMap((kind, at) => {
        const { prefix } = KINDS[kind];
        const title = TITLES[at] ?? kind;
        return [
          startInstrument(kind, { id: `${prefix}-1`, seed: at + 3, title }, address),
          startInstrument(kind, { id: `${prefix}-2`, seed: at + 9, title: `${title} 2` }, address),
        ];
      });
      const instruments = await Promise.all(starting);
      page.context().once("close", () => {
        for (const one of instruments) one.client.close();
      });
      const [supply, , , , chamber] = instruments;
      await supply?.client.ask("psu-1", { set: { voltage: 12, current: 2, output: true } });
      await chamber?.client.ask("chamber-1", { set: { temperature: 45, rate: 30, output: true } });
      await page.goto(url("/demos/instruments"));
      await page.locator(".field.live").nth(11).waitFor({ state: "attached" });
      // The trends show a minute.
      await page.waitForTimeout(45_000);
      await instruments.at(-1)?.[Symbol.asyncDispose]();
      await page.locator('.alarm:has-text("Offline")').waitFor();
      await page.waitForTimeout(1_500);
    },
  },
};
