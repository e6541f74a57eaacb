import type { Locator, Page } from "playwright-core";
import { until } from "../../../../../packages/server/test/kit/wait.ts";

/** Somebody in front of a panel. */
export class Operator {
  constructor(
    readonly page: Page,
    readonly name: string,
  ) {}

  knob(title: string): Locator {
    return this.page.getByRole("slider", { name: title, exact: true });
  }

  async choose(id: string): Promise<void> {
    await this.page.getByRole("combobox", { name: "Instrument" }).selectOption(id);
  }

  key(name: string): Locator {
    return this.page.locator(".housing").getByRole("button", { name, exact: true });
  }

  button(name: string): Locator {
    return this.page.locator(".control-bar").getByRole("button", { name, exact: true });
  }

  async value(title: string): Promise<number> {
    return Number(await this.knob(title).getAttribute("aria-valuenow"));
  }

  /** Waits until the knob shows that value, confirmed by the instrument. */
  async shows(title: string, value: number): Promise<void> {
    await until(`${title} ${value} at ${this.name}`, async () => {
      const text = await this.knob(title).getAttribute("aria-valuetext");
      return !text?.includes("not confirmed") && (await this.value(title)) === value;
    });
  }

  /** Waits until the bar says who is in control. */
  async sees(text: string): Promise<void> {
    await this.page.locator(".control-lamp").getByText(text, { exact: true }).waitFor();
  }

  async message(text: string | RegExp): Promise<void> {
    await this.page.locator(".screen-message").getByText(text).waitFor();
  }

  async press(title: string, ...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.knob(title).press(key);
  }

  /** Drags a knob upwards by so many pixels. */
  async drag(title: string, pixels: number): Promise<void> {
    const box = await this.knob(title).boundingBox();
    if (!box) throw new Error(`${title} is not visible`);
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await this.page.mouse.move(x, y);
    await this.page.mouse.down();
    await this.page.mouse.move(x, y - pixels, { steps: 4 });
    await this.page.mouse.up();
  }

  /** Types a number on the knob. */
  async type(title: string, text: string): Promise<void> {
    await this.knob(title).press("Enter");
    await this.page.locator(".entry-line input").fill(text);
    await this.page.keyboard.press("Enter");
  }

  /** Sends a line and waits for what comes back. */
  async scpi(line: string, answer?: string | RegExp): Promise<void> {
    const box = this.page.getByLabel("SCPI command");
    await box.fill(line);
    await box.press("Enter");
    if (answer !== undefined) await this.page.locator(".scpi-log li:not(.sent)").getByText(answer).last().waitFor();
  }
}
