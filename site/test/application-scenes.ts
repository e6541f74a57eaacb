import type { Page } from "playwright-core";
import type { Scene } from "./game-scenes.ts";

/** Who says what in the picture of the chat. */
const TALK = [
  [0, "Good morning! The first tomatoes are ripe, and there are far too many of them."],
  [1, "I can take a basket. Is the gate open?"],
  [0, "Yes, until six. Here is what we are talking about:"],
  [2, "Lovely. I bring jars. The recipe is at https://example.org/tomato-sauce"],
  [1, "See you at five, then."],
] as const;

/** A picture to send: a garden, drawn by the page itself. */
async function garden(page: Page): Promise<Buffer> {
  const data = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(640, 300);
    const context = canvas.getContext("2d");
    const fill = (color: string, x: number, y: number, width: number, height: number) => {
      if (!context) return;
      context.fillStyle = color;
      context.fillRect(x, y, width, height);
    };
    const disc = (color: string, x: number, y: number, radius: number) => {
      if (!context) return;
      context.fillStyle = color;
      context.beginPath();
      context.arc(x, y, radius, 0, 7);
      context.fill();
    };
    fill("#bfe0ee", 0, 0, 640, 190);
    fill("#7aa95c", 0, 190, 640, 110);
    disc("#f7d774", 540, 60, 34);
    for (let row = 0; row < 9; row++) {
      fill("#4d7a3a", 60 + row * 62, 110, 8, 140);
      for (const [x, y] of [
        [-14, 130],
        [16, 150],
        [-10, 180],
        [14, 205],
      ] as const) {
        disc("#5f9448", 64 + row * 62 + x, y, 16);
        disc(row % 3 === 0 ? "#d9952d" : "#cf3b2b", 64 + row * 62 + x + 4, y + 8, 10);
      }
    }
    const bytes = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
    return btoa(String.fromCharCode(...bytes));
  });
  return Buffer.from(data, "base64");
}

async function say(page: Page, text: string): Promise<void> {
  await page.locator("#chat-text").fill(text);
  await page.locator("#chat-text").press("Enter");
  await page.locator(".chat-text", { hasText: text.slice(0, 20) }).waitFor();
}

/** Pictures of applications, by name. */
export const applicationScenes: Readonly<Record<string, Scene>> = {
  chat: {
    zoom: 1.6,
    async set(page, url) {
      page.setDefaultTimeout(120_000);
      const browser = page.context().browser();
      const pages = [page];
      for (let at = 0; at < 2 && browser; at++) pages.push(await (await browser.newContext()).newPage());
      // One room for each picture.
      const room = `garden-${Math.random().toString(36).slice(2, 6)}`;
      for (const [at, name] of ["Ann", "Bob", "Cid"].entries()) {
        await pages[at]?.goto(url(at === 0 ? "/demos/chat" : `/demos/chat?room=${room}`));
        await pages[at]?.getByLabel("Your name").fill(name);
        await pages[at]?.getByLabel("Your name").blur();
        if (at === 0) {
          await page.getByLabel("Name of the room").fill("neighbours");
          await page.getByRole("button", { name: "Secret link" }).click();
          await page.getByRole("button", { name: "Enter" }).click();
          await page.getByRole("button", { name: "New", exact: true }).click();
          await page.getByLabel("Name of the room").fill(room);
          await page.getByRole("button", { name: "Enter" }).click();
        }
        await pages[at]?.locator("#chat-text").waitFor();
      }
      for (const [at, [who, text]] of TALK.entries()) {
        const speaker = pages[who] ?? page;
        await say(speaker, text);
        if (at !== 2) continue;
        const photo = { name: "garden.png", mimeType: "image/png", buffer: await garden(speaker) };
        await speaker.locator("input[type=file]").setInputFiles(photo);
        await say(speaker, "The bed behind the shed");
      }
      await page.locator(".chat-text", { hasText: "See you" }).waitFor();
      await page.locator(".chat-people .chat-name", { hasText: "Cid" }).waitFor();
    },
  },
  files: {
    zoom: 1.2,
    async set(page, url) {
      page.setDefaultTimeout(120_000);
      await page.addInitScript('localStorage.setItem("achex.games.device", "Desk")');
      await page.goto(url("/demos/files"));
      const link = await page.locator(".invitation input").inputValue();
      const context = await page
        .context()
        .browser()
        ?.newContext({ isMobile: true, hasTouch: true, viewport: { width: 390, height: 800 } });
      const phone = await context?.newPage();
      if (!phone) throw new Error("the browser is closed");
      phone.setDefaultTimeout(120_000);
      await phone.addInitScript('localStorage.setItem("achex.games.device", "Ann\'s phone")');
      await phone.goto(link);
      await page.locator(".files-input").waitFor({ state: "attached" });
      const send = async (name: string, size: number) => {
        await page
          .locator(".files-input")
          .setInputFiles({ name, mimeType: "video/mp4", buffer: Buffer.alloc(size, name) });
        await phone.getByRole("button", { name: "Accept", exact: true }).click();
      };
      await send("harvest.mp4", 6_000_000);
      await page.locator(".transfer[data-state=done]").waitFor();
      await send("summer in the garden.mp4", 45_000_000);
      await page.waitForFunction(() => (document.querySelectorAll("progress")[1]?.value ?? 0) > 45);
    },
  },
};
