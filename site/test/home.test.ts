import { describe, expect, test } from "bun:test";
import { homePage } from "../pages/home/page.ts";
import { createBrowser } from "./kit/browser.ts";
import { copiedCode, createTestFolder, waitForText } from "./kit/files.ts";
import { startRelay } from "./kit/relay.ts";

const browser = createBrowser();
const folder = createTestFolder();

const say = async (page: Awaited<ReturnType<typeof browser.open>>["page"], who: string, text: string) => {
  await page.fill(`[data-peer="${who}"] input`, text);
  await page.press(`[data-peer="${who}"] input`, "Enter");
};

describe("the two clients of the home page", () => {
  test("are connected, and a first message is sent automatically, its stamp marked (S1)", async () => {
    await using relay = startRelay();
    await using opened = await browser.open(relay.http());
    const { page } = opened;
    await waitForText(page, '[data-peer="Bob"] .other', "Hello Bob");
    await waitForText(page, "#frame-sent", '{"to":"Bob","msg":"Hello Bob"}');
    expect(await page.textContent("#frame-received")).toMatch(
      /^\{"to":"Bob","msg":"Hello Bob","sID":\d+,"FROM":"Ann"\}$/,
    );
    expect(await page.textContent("#frame-received .stamp")).toMatch(/^,"sID":\d+,"FROM":"Ann"$/);
    expect(await page.textContent("#took")).toMatch(/^[\d.]+ ms$/);
    expect(opened.errors).toEqual([]);
    expect(opened.requests.filter((url) => !url.startsWith(relay.http()))).toEqual([]);
  });

  test("answer each other; what is sent is text and never HTML", async () => {
    await using relay = startRelay();
    await using opened = await browser.open(relay.http());
    const { page } = opened;
    const hostile = '<img src=x onerror="document.title=1"> \u202Egnp';
    await waitForText(page, '[data-peer="Bob"] .badge', "connected");
    await say(page, "Bob", hostile);
    await waitForText(page, '[data-peer="Ann"] .other', hostile);
    await waitForText(page, "#sender", "Bob sent");
    expect(await page.locator(".talk img").count()).toBe(0);
    expect(await page.title()).toBe("Achex");
    expect(opened.errors).toEqual([]);
  });

  test("a frame travels the wire, one diamond for each, and none is left behind", async () => {
    await using relay = startRelay();
    await using opened = await browser.open(relay.http());
    const { page } = opened;
    await waitForText(page, '[data-peer="Bob"] .other', "Hello Bob");
    await page.fill('[data-peer="Bob"] input', "hi");
    // Looked for from within: it is gone after a second, which a busy machine may need to ask.
    await page.evaluate(
      () =>
        new Promise<void>((resolve) => {
          const wire = document.querySelector(".wire") ?? document.body;
          new MutationObserver((changes) => {
            if (changes.some(({ addedNodes }) => addedNodes.length > 0)) resolve();
          }).observe(wire, { childList: true });
          document.querySelector<HTMLFormElement>('[data-peer="Bob"]')?.requestSubmit();
        }),
    );
    await page.waitForFunction(() => document.querySelectorAll(".traveller").length === 0);
  });

  test("with reduced motion the halves of the wire light up, and nothing moves", async () => {
    await using relay = startRelay();
    await using opened = await browser.open(relay.http(), { reducedMotion: "reduce" });
    await opened.page.waitForFunction(() => document.querySelectorAll(".wire .lit").length === 2);
    expect(await opened.page.locator(".traveller").count()).toBe(0);
  });

  test("say so when the relay goes, and are back when it is", async () => {
    await using relay = startRelay();
    await using opened = await browser.open(relay.http());
    const { page } = opened;
    await waitForText(page, '[data-peer="Bob"] .other', "Hello Bob");
    await relay.stop();
    await waitForText(page, '[data-peer="Ann"] .badge', "reconnecting");
    relay.start();
    for (const who of ["Ann", "Bob"]) await page.locator(`[data-peer="${who}"] .badge.good`).waitFor();
    await say(page, "Ann", "back");
    await waitForText(page, '[data-peer="Bob"] .other', "back");
  });

  test("show why when the relay lets in only those it knows (C5)", async () => {
    await using relay = startRelay({ auth: "accounts" });
    await using opened = await browser.open(relay.http());
    await opened.page.locator('[data-peer="Ann"] .trouble').waitFor();
    await waitForText(opened.page, '[data-peer="Ann"] .badge', "closed");
    expect(opened.errors).toEqual([]);
  });
});

test("the ten lines, saved and opened twice, are a chat", async () => {
  await using relay = startRelay();
  await using opened = await browser.open(relay.http());
  const code = await copiedCode(opened.page, 'section:has(> h2:text("in ten lines")) .copyable');
  expect(code.trimEnd().split("\n").length).toBe(10);
  const file = `file://${folder.save("chat.html", code)}`;
  await using first = await browser.open(file);
  await using second = await browser.open(file);
  await waitForText(first.page, "#log", '{"auth":"ok"}');
  await waitForText(second.page, "#log", '{"auth":"ok"}');
  await first.page.fill("#text", "hello");
  await first.page.press("#text", "Enter");
  await waitForText(first.page, "#log", '{"bc":"room","msg":"hello","sID":');
  await waitForText(second.page, "#log", '{"bc":"room","msg":"hello","sID":');
  expect([...first.errors, ...second.errors]).toEqual([]);
});

describe("performance headlines", () => {
  const outcome = (rival: string, step: string, figures: object, warnings: string[] = []) => ({
    ...{ rival, step, figures, warnings },
  });
  const results = (name: string, outcomes: object[]) => {
    const machine = { cpu: "Test <CPU>", cores: 2 };
    return folder.save(`${name}/2026-11-23.json`, JSON.stringify({ machine, outcomes })).replace(/\/[^/]*$/, "");
  };

  test("are ratios from the newest run, without unreliable figures", () => {
    const where = results("some", [
      outcome("ours", "idle", { rssPerConnection: 2560 }),
      outcome("socketio", "idle", { rssPerConnection: 12800 }),
      outcome("nats", "idle", { rssPerConnection: 99999 }, ["other programs used 20 % of a core meanwhile"]),
      outcome("ours", "storm", { secondsToLogin: 2 }, ["other programs used 20 % of a core meanwhile"]),
      outcome("socketio", "storm", { secondsToLogin: 4 }),
      outcome("ours", "pairs", { cpuPerDelivery: null }),
      outcome("socketio", "pairs", { cpuPerDelivery: 4 }),
    ]);
    const older = [
      outcome("ours", "idle", { rssPerConnection: 1 }),
      outcome("socketio", "idle", { rssPerConnection: 9 }),
    ];
    folder.save("some/2025-01-01.json", JSON.stringify({ outcomes: older }));
    const { body } = homePage(where);
    expect(body).toContain("<dt>5×</dt><dd><b>less memory per idle connection than Socket.IO</b>");
    expect(body).toContain("Achex 2.5 KB, Socket.IO 13 KB.");
    expect(body.match(/<dt>[\d.]+×/g)).toEqual(["<dt>5×"]);
    expect(body).toContain("Test &lt;CPU&gt;, 2 cores, 2026-11-23");
  });

  test("are left out when there are none", () => {
    expect(homePage("/nowhere").body).not.toContain("Performance");
    expect(homePage(results("none", [])).body).not.toContain("Performance");
  });
});

test("every statement about another product links to its documentation, or says that there is none", () => {
  const cells = [...homePage("/nowhere").body.matchAll(/<td data-label="[^"]*">(.*?)<\/td>/g)].map(([, html]) => html);
  expect(cells.length).toBe(24);
  const unproven = cells.filter((html) => !html?.includes('<a href="https://'));
  expect(unproven).toEqual(["Not documented"]);
});
