import type { Locator, Page } from "playwright-core";
import { until } from "../../../../../packages/server/test/kit/wait.ts";

type Place = readonly [x: number, y: number];

/** A page in which somebody draws. */
export class Easel {
  constructor(
    readonly page: Page,
    readonly name: string,
  ) {}

  get stage(): Locator {
    return this.page.locator(".draw-stage");
  }

  /** A control by its label. */
  control(label: string): Locator {
    return this.page.locator(`[aria-label="${label}"]`).first();
  }

  async ready(): Promise<void> {
    await this.page.locator(".draw-tools").waitFor({ timeout: 30_000 });
  }

  /** A line through these places of the stage, with the button held. `last: false` keeps holding it. */
  async stroke(places: readonly Place[], { release = true } = {}): Promise<void> {
    const box = await this.stage.boundingBox();
    if (!box) throw new Error("the stage is on the screen");
    const [first, ...rest] = places.map(([x, y]): Place => [box.x + x, box.y + y]);
    if (!first) return;
    const { mouse } = this.page;
    await mouse.move(...first);
    await mouse.down();
    for (const place of rest) await mouse.move(...place, { steps: 4 });
    if (release) await mouse.up();
  }

  /** The same with a finger. */
  async fingerStroke(places: readonly Place[]): Promise<void> {
    const box = await this.stage.boundingBox();
    if (!box) throw new Error("the stage is on the screen");
    const session = await this.page.context().newCDPSession(this.page);
    const points = places.map(([x, y]) => ({ x: box.x + x, y: box.y + y }));
    for (const [at, point] of points.entries())
      await session.send("Input.dispatchTouchEvent", {
        type: at === 0 ? "touchStart" : "touchMove",
        touchPoints: [point],
      });
    await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    await session.detach();
  }

  /** Objects on the paper. */
  async objects(): Promise<number> {
    return Number(await this.stage.getAttribute("data-objects"));
  }

  /** Waits until so many objects are on the paper, painted sharp. */
  async shows(objects: number): Promise<void> {
    let found: unknown;
    const isShown = async () => {
      found = await this.stage.evaluate(({ dataset: { objects: count, sharp } }) => [Number(count), sharp === "true"]);
      return JSON.stringify(found) === JSON.stringify([objects, true]);
    };
    try {
      await until(`${objects} objects`, isShown);
    } catch (cause) {
      throw new Error(`${this.name} has ${found}, not ${objects}`, { cause });
    }
  }

  /** All that was drawn, as an image. */
  async pixels(objects: number): Promise<string> {
    await this.page.keyboard.press("1");
    await this.shows(objects);
    // The stage paints in the next frame.
    await this.page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    );
    await this.shows(objects);
    return this.stage
      .locator("canvas.ink")
      .evaluate((ink) => (ink instanceof HTMLCanvasElement ? ink.toDataURL() : ""));
  }

  /** How many pixels of the layer with what moves are painted. */
  async moving(): Promise<number> {
    return this.stage.locator("canvas.top").evaluate((top) => {
      if (!(top instanceof HTMLCanvasElement)) return 0;
      const data = top.getContext("2d")?.getImageData(0, 0, top.width, top.height).data ?? [];
      let count = 0;
      for (let at = 3; at < data.length; at += 4) if (data[at] !== 0) count++;
      return count;
    });
  }
}
